"""Results: rows that the scenarios fill, kept in results.json, and the tables of docs/APPS.md made of them."""

import dataclasses
import json
import pathlib

from kubelet import images

HERE = pathlib.Path(__file__).resolve().parent
RESULTS = HERE / "results.json"
PAGE = HERE.parent.parent / "docs/APPS.md"
BEGIN, END = "<!-- table: made by tests/apps/run.py -->", "<!-- end of table -->"


@dataclasses.dataclass
class Row:
    """One thing that was asked of an application. `seconds` is when it was seen, from the container's start."""

    app: str
    scenario: str
    check: str
    expected: str
    seen: str
    passed: bool
    seconds: float | None = None


class Report:
    """The rows of this run."""

    def __init__(self):
        self.rows = []
        self.versions = {}

    def add(self, app, scenario, check, expected, seen, passed, seconds=None):
        row = Row(app, scenario, check, str(expected), str(seen), bool(passed), seconds)
        self.rows.append(row)
        mark = "ok  " if row.passed else "FAIL"
        print(f"{mark} {app}: {scenario}: {check}: expected {row.expected}, seen {row.seen}", flush=True)
        return row.passed

    def same(self, app, scenario, check, expected, seen, seconds=None):
        """A row that passes when both are equal."""
        return self.add(app, scenario, check, expected, seen, expected == seen, seconds)

    def failed(self):
        return [row for row in self.rows if not row.passed]


def kept():
    """What earlier runs left: {"versions": …, "rows": […]}."""
    if not RESULTS.exists():
        return {"versions": {}, "rows": []}
    return json.loads(RESULTS.read_text("utf8"))


def merged(old, report, scenarios):
    """Rows of the scenarios that ran replace the old ones; the order of `scenarios` is the order of the page."""
    names = {(row.app, row.scenario) for row in report.rows}
    rows = [row for row in old["rows"] if (row["app"], row["scenario"]) not in names]
    rows += [dataclasses.asdict(row) for row in report.rows]
    order = {name: at for at, name in enumerate(scenarios)}
    rows.sort(key=lambda row: order.get((row["app"], row["scenario"]), len(order)))
    return {"versions": dict(sorted({**old["versions"], **report.versions}.items())), "rows": rows}


def cell(text):
    return str(text).replace("|", "\\|").replace("\n", " ")


def tables(results):
    """Markdown: one table for each application and scenario."""
    lines, last = [], None
    for row in results["rows"]:
        if (row["app"], row["scenario"]) != last:
            if not last or row["app"] != last[0]:
                version = results["versions"].get(row["app"], "")
                lines += ["", f"### {row['app']} {version}".rstrip()]
            last = (row["app"], row["scenario"])
            lines += ["", f"**{row['scenario']}**", "", "| check | expected | seen | at | |", "|---|---|---|---:|---|"]
        at = "" if row["seconds"] is None else f"{row['seconds']:g} s"
        mark = "ok" if row["passed"] else "**differs**"
        lines.append(f"| {cell(row['check'])} | {cell(row['expected'])} | {cell(row['seen'])} | {at} | {mark} |")
    return "\n".join(lines).strip() + "\n"


def stand_ins():
    """Markdown: what runs in place of each image, and how it is called where the container names no command."""
    lines = ["| image | what runs in its place | entry point where the container has no command |", "|---|---|---|"]
    for name, image in images.IMAGES.items():
        entry = " ".join([*image.entrypoint, *image.arguments])
        lines.append(f"| `{name.removeprefix('library/')}` | {cell(image.says)} | {f'`{entry}`' if entry else 'none'} |")
    return "\n".join(lines) + "\n"


def page(text, results):
    """The page with its tables made anew; ValueError where the page has no place for them."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE} lacks {BEGIN} or {END}")
    middle = f"## What stands in for each image\n\n{stand_ins()}\n## What was seen\n\n{tables(results)}\n"
    return f"{head}{BEGIN}\n\n{middle}{END}{tail}"


def write(report, scenarios):
    """Keeps this run's rows and makes the page anew."""
    results = merged(kept(), report, scenarios)
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf8")
    PAGE.write_text(page(PAGE.read_text("utf8"), results), "utf8")
