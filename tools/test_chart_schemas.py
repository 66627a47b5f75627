"""Tests of chart_schemas.py."""

import json
import unittest

import chart_schemas

LIBRARY = {
    "definitions": {
        "group.defaults": {"properties": {"image": {"$ref": "#/definitions/image"}, "size": {"type": "string"}}},
        "group.more": {"properties": {"image": {"properties": {"digest": {"type": "string"}}}}},
        "image": {"type": "object", "additionalProperties": False, "properties": {"tag": {"$ref": "#/definitions/text"}}},
        "text": {"type": "string"},
        "unused": {"type": "null"},
    }
}


def chart_yaml(line: str) -> str:
    return f"name: a\ndependencies:\n  - name: ai-app\n    version: 0.1.x\n    repository: file://../x\n    {line}\n"


class Compose(unittest.TestCase):
    def test_groups_and_own_keys_meet_at_every_depth(self):
        own = {"properties": {"image": {"properties": {"tag": {"const": "x"}, "own": {"type": "null"}}}, "port": {"type": "integer"}}}
        schema = chart_schemas.compose(LIBRARY, ["defaults", "more"], own, "a")
        self.assertFalse(schema["additionalProperties"])
        self.assertEqual(set(schema["properties"]), {"image", "size", "port", "ai-app"})
        image = schema["properties"]["image"]
        self.assertFalse(image["additionalProperties"])
        self.assertEqual(set(image["properties"]), {"tag", "digest", "own"})
        self.assertEqual(image["properties"]["tag"]["const"], "x")

    def test_only_what_is_referred_to_is_kept(self):
        schema = chart_schemas.compose(LIBRARY, ["defaults"], {}, "a")
        self.assertEqual(list(schema["definitions"]), ["image", "text"])

    def test_a_group_that_does_not_exist_is_refused(self):
        with self.assertRaisesRegex(ValueError, "group.nothing"):
            chart_schemas.compose(LIBRARY, ["nothing"], {}, "a")

    def test_a_reference_into_nothing_is_refused(self):
        with self.assertRaisesRegex(ValueError, "leads nowhere"):
            chart_schemas.merge({"$ref": "#/definitions/x"}, {"properties": {}}, {})
        with self.assertRaisesRegex(ValueError, "leads nowhere"):
            chart_schemas.compose(LIBRARY, ["defaults"], {"properties": {"a": {"$ref": "#/definitions/x"}}}, "a")

    def test_imports_are_read_from_chart_yaml(self):
        self.assertEqual(chart_schemas.imported_groups(chart_yaml("import-values: [defaults, gpu]")), ["defaults", "gpu"])
        with self.assertRaises(ValueError):
            chart_schemas.imported_groups(chart_yaml("condition: x"))


class Repository(unittest.TestCase):
    def test_every_schema_is_what_would_be_written(self):
        self.assertGreater(len(chart_schemas.charts()), 0)
        self.assertEqual(chart_schemas.main(["--check"]), 0)

    def test_every_chart_refuses_keys_that_nobody_knows(self):
        for chart in chart_schemas.charts():
            schema = json.loads((chart / "values.schema.json").read_text())
            self.assertIs(schema["additionalProperties"], False, chart)


if __name__ == "__main__":
    unittest.main()
