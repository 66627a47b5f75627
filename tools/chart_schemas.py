#!/usr/bin/env python3
"""Writes values.schema.json of the charts that use the library chart.

Helm resolves no reference to another file, so each chart's schema must be whole. It is composed of two that are kept
by hand: the library's, for the groups of values that Chart.yaml imports, and the chart's own values.own.schema.json,
which adds keys or overrides those of a group, key by key.

    chart_schemas.py           writes them
    chart_schemas.py --check   fails when one is not what would be written
"""

import argparse
import copy
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "charts" / "library" / "ai-app" / "values.schema.json"
PREFIX = "#/definitions/"


def imported_groups(chart_yaml: str) -> list[str]:
    """The groups that the dependency on the library imports, from the text of Chart.yaml."""
    found = re.search(r"^\s*- name: ai-app\n(?:\s+\w.*\n)*?\s+import-values: \[([^\]\n]*)\]\s*$", chart_yaml + "\n", re.M)
    if not found:
        raise ValueError("no dependency on ai-app with `import-values: [...]` on one line")
    return [group.strip() for group in found.group(1).split(",")]


def resolve(schema: dict, definitions: dict) -> dict:
    """What a schema that is a reference refers to; any other is itself."""
    seen = 0
    while "$ref" in schema:
        name = schema["$ref"].removeprefix(PREFIX)
        if name not in definitions or seen > len(definitions):
            raise ValueError(f"{schema['$ref']} leads nowhere")
        schema, seen = definitions[name], seen + 1
    return schema


def merge(base: dict, over: dict, definitions: dict) -> dict:
    """`properties` key by key, all else as `over` says."""
    if "$ref" in over:
        return copy.deepcopy(over)
    merged = copy.deepcopy(resolve(base, definitions))
    for key, value in over.items():
        if key != "properties":
            merged[key] = copy.deepcopy(value)
            continue
        properties = merged.setdefault("properties", {})
        for name, schema in value.items():
            known = properties.get(name)
            properties[name] = merge(known, schema, definitions) if known else copy.deepcopy(schema)
    return merged


def references(node) -> set[str]:
    """Names of the definitions that a schema refers to."""
    if isinstance(node, dict):
        own = {node["$ref"].removeprefix(PREFIX)} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(references(value) for value in node.values()))
    if isinstance(node, list):
        return set().union(*(references(value) for value in node))
    return set()


def compose(library: dict, groups: list[str], own: dict, chart: str) -> dict:
    definitions = {**library["definitions"], **own.get("definitions", {})}
    whole = {"type": "object", "additionalProperties": False, "properties": {}}
    for group in groups:
        name = f"group.{group}"
        if name not in library["definitions"]:
            raise ValueError(f"the library's schema has no {name}")
        whole = merge(whole, library["definitions"][name], definitions)
    whole = merge(whole, {key: value for key, value in own.items() if key != "definitions"}, definitions)
    # Helm puts the library's own values here.
    whole["properties"]["ai-app"] = {"type": "object"}
    needed, queue = {}, references(whole)
    while queue:
        name = queue.pop()
        if name not in definitions:
            raise ValueError(f"{PREFIX}{name} leads nowhere")
        if name not in needed:
            needed[name] = definitions[name]
            queue |= references(definitions[name])
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": "Composed by tools/chart_schemas.py from values.own.schema.json and the library's schema.",
        "title": f"Values of the {chart} chart",
        **whole,
        "definitions": {name: needed[name] for name in sorted(needed)},
    }


def text(schema: dict) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def charts() -> list[pathlib.Path]:
    """Every chart with a schema of its own to add."""
    places = [ROOT / "charts" / "ai", ROOT / "charts" / "patterns", ROOT / "tests" / "library-chart"]
    return sorted(path.parent for place in places for path in place.glob("*/values.own.schema.json"))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail when something would change")
    options = parser.parse_args(arguments)
    library = json.loads(LIBRARY.read_text())
    stale = 0
    for chart in charts():
        own = json.loads((chart / "values.own.schema.json").read_text())
        try:
            schema = compose(library, imported_groups((chart / "Chart.yaml").read_text()), own, chart.name)
        except ValueError as error:
            print(f"{chart.relative_to(ROOT)}: {error}", file=sys.stderr)
            return 2
        target, wanted = chart / "values.schema.json", text(schema)
        if target.exists() and target.read_text() == wanted:
            continue
        stale += 1
        if options.check:
            print(f"{target.relative_to(ROOT)} is stale; run tools/chart_schemas.py", file=sys.stderr)
        else:
            target.write_text(wanted)
            print(f"wrote {target.relative_to(ROOT)}")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
