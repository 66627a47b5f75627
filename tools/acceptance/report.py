"""Writes docs/ACCEPTANCE.md."""

import collections
import re

import capture
import suites

HEAD = """# Acceptance

Tests that others wrote for Go's templates, for sprig and for Helm, put to Plimsoll. The script adds
hooks to upstream's sources, runs upstream's own tests, and writes down each row: what is asked, and
what the real thing made of it. As those tests pass, that is also what they expect. Then Plimsoll is
asked the same. Outputs and errors are compared whole, texts of errors and their places included.

```sh
python3 tools/acceptance/run.py --binary target/release/plimsoll --write
```

It needs Go and its module proxy or cache; the first run takes long, because Go builds Helm's
dependencies against its changed `text/template`. Nothing of upstream is kept here. The script fails
when a row is missed that `tools/acceptance/misses.toml` does not explain, or explained and not
missed.

Sources: {go}, sprig {sprig}, Helm {four} and {three}.

- A row whose data is a Go struct, pointer or array is rebuilt with maps and lists. Go itself runs
  it again on those, with missing keys as Helm has them, and that answer counts.
- A row with random output is compared in shape: kinds of PEM blocks, and lengths.
- `helm template` runs as in upstream's tests: with Kubernetes 1.20, which a build without stamp
  assumes.

| suite | rows | passed | dropped | missed |
|---|---:|---:|---:|---:|
"""


def page(tables):
    text = HEAD.format(
        go=capture.version_of_go(), sprig=suites.SPRIG[1][1:],
        four=suites.HELM["4"][1][1:], three=suites.HELM["3"][1][1:],
    )
    total = collections.Counter()
    for suite, results, drops, missed, told, silent in tables:
        counts = {"rows": len(results), "dropped": sum(drops.values()), "missed": len(missed)}
        counts["passed"] = counts["rows"] - counts["dropped"] - counts["missed"]
        total.update(counts)
        text += line(suite["name"], counts)
    text += line("**all**", total)
    text += rebuilt(tables) + dropped(tables) + missing(tables) + silence(tables)
    return text


def line(name, counts):
    return "| {} | {rows} | {passed} | {dropped} | {missed} |\n".format(name, **counts)


def rebuilt(tables):
    """How many rows were asked with rebuilt data, and where Go answers otherwise on those."""
    same = other = direct = 0
    for suite, results, *_ in tables:
        for result in results:
            row = result["row"]
            if result["dropped"] or "first" not in row:
                continue
            if not row.get("rebuilt"):
                direct += 1
            elif row["first"] == row["table"]:
                same += 1
            else:
                other += 1
    return (
        f"\nOf the rows that run templates, {direct} need no rebuilding. {same} are rebuilt and keep\n"
        f"Go's answer. {other} are rebuilt and get another answer from Go, such as no value where a\n"
        "method was; there Plimsoll must give that other answer.\n"
    )


def dropped(tables):
    text = "\n## Dropped\n\n| suite | why | rows |\n|---|---|---:|\n"
    for suite, results, drops, missed, told, silent in tables:
        for reason, count in drops.most_common():
            text += f"| {suite['name']} | {reason} | {count} |\n"
    return text


def missing(tables):
    text = "\n## Missed\n\n| suite | row | why |\n|---|---|---|\n"
    for suite, results, drops, missed, told, silent in tables:
        for result in missed:
            why = told.get(result["id"], "**not explained**")
            text += f"| {suite['name']} | `{result['id']}` | {why} |\n"
    return text


def silence(tables):
    text = (
        "\n## Not asked\n\nTests of the files that are run which make no row:\n\n"
        "| suite | why | tests |\n|---|---|---|\n"
    )
    for suite, results, drops, missed, told, silent in tables:
        reasons = suites.SILENT.get(re.sub(r"^(Go|Helm \d) ", "", suite["name"]), {})
        by_reason = collections.defaultdict(list)
        for test in silent:
            reason = reasons.get(test, "**not explained**")
            if reason:
                by_reason[reason].append(f"`{test}`")
        for reason, names in sorted(by_reason.items()):
            text += f"| {suite['name']} | {reason} | {', '.join(names)} |\n"
    return text + "\n" + suites.LEFT_OUT
