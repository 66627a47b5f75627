#!/usr/bin/env python3
"""Lets tests that others wrote examine Plimsoll: those of Go's templates, of sprig and of Helm.

Upstream's sources come from Go's module cache and from Go itself. Hooks are added to a copy, the
tests run there, and each row is written down with what the real thing made of it. Then Plimsoll is
asked for the same. Nothing of upstream is kept in this repository.
"""

import sys

sys.dont_write_bytecode = True

import argparse
import collections
import hashlib
import json
import pathlib
import re
import shlex
import subprocess
import tempfile
import tomllib

import capture
import judge
import suites

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EXAMINER = "acceptance::rows_from_standard_input_are_answered"


def identity(suite, row):
    """A short name of a row that stays while upstream's row does."""
    kept = {
        key: row[key]
        for key in (
            "kind", "name", "sources", "text", "data", "templates", "base", "below", "flag",
            "chart", "step", "rules", "path", "files", "kinds", "command", "keep",
            "parts", "argument", "archive",
        )
        if key in row
    }
    digest = hashlib.sha256(json.dumps([suite["name"], kept], sort_keys=True).encode()).hexdigest()
    return f"{row['test']}-{digest[:8]}"


def ask(rows):
    """What the examiner inside plimsoll-chart answers."""
    done = subprocess.run(
        ["cargo", "test", "--quiet", "-p", "plimsoll-chart", "--lib", "--", "--ignored", "--exact",
         "--nocapture", EXAMINER],
        cwd=ROOT, input="\n".join(map(json.dumps, rows)), capture_output=True, text=True,
    )
    found = re.findall(r"^answer (.*)$", done.stdout, re.MULTILINE)
    if done.returncode or len(found) != len(rows):
        sys.exit(f"{len(found)} answers to {len(rows)} rows:\n{done.stderr[-4000:]}")
    return [json.loads(answer) for answer in found]


def command(row, package, profile, binary):
    """What is wrong with what the command prints; nothing if it is right."""
    words = shlex.split(row["command"])
    assert words[0] == "template", words
    if "--kube-version" not in words:
        # What Helm assumes where nobody has stamped its build, as in a test.
        words += ["--kube-version", "1.20.0"]
    done = subprocess.run(
        [binary, "render", "--helm-profile", profile, *words[1:]],
        cwd=package, capture_output=True, text=True,
    )
    golden = (package / "testdata" / row["golden"]).read_text()
    if row["fails"] != (done.returncode != 0):
        return f"want {'failure' if row['fails'] else 'success'}, got {done.stderr[:400]}"
    if not row["fails"]:
        return judge.differ(golden.strip("\n"), done.stdout.strip("\n"))
    told = re.split(r"\n\n *(?:--> |= help: )", done.stderr)[0]
    return judge.differ(golden.strip(), (done.stdout + told).strip())


def judged(suite, rows, package, binary):
    """Each row with what became of it: passed, dropped with a reason, or missed with a difference."""
    results, asked, seen = [], [], set()
    for row in rows:
        if not row["test"] or row["test"].startswith("TestAcceptance"):
            continue
        name = identity(suite, row)
        reason = judge.dropped(suite, row) if row["kind"] != "command" else None
        if name in seen:
            reason = "repeats a row"
        seen.add(name)
        result = {"id": name, "row": row, "dropped": reason, "missed": None}
        results.append(result)
        if reason is None and row["kind"] == "command":
            result["missed"] = command(row, package, suite["profile"], binary)
        elif reason is None:
            asked.append(result)
    answers = ask([question(result["row"], suite["profile"]) for result in asked])
    for result, answer in zip(asked, answers):
        result["missed"] = judge.verdict(result["row"], answer)
    return results


def question(row, profile):
    """The row as the examiner reads it."""
    if row["kind"] != "method":
        return {**row, "profile": profile}
    text = f"{{{{ .Values.{row['name']} {json.dumps(row['argument'])} | toJson }}}}"
    values = typed(json.loads(row["base"]))
    values["t"] = "common.Values"
    return {
        "kind": "execute", "name": "t", "sources": [{"name": "t", "text": text}],
        "data": {"t": "map", "v": {"Values": values}}, "profile": profile,
    }


def typed(value):
    """JSON with the types that Go gives it."""
    if isinstance(value, dict):
        return {"t": "map", "v": {key: typed(item) for key, item in value.items()}}
    if isinstance(value, list):
        return [typed(item) for item in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"t": "float64", "v": repr(float(value))}
    return value


def shown(result):
    row = result["row"]
    keys = ("text", "sources", "templates", "base", "command", "rules", "files", "chart", "kinds")
    return judge.short({key: row[key] for key in keys if row.get(key)})


def explanations():
    path = HERE / "misses.toml"
    return tomllib.loads(path.read_text()) if path.exists() else {}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=pathlib.Path, help="folder for copies; kept")
    parser.add_argument("--reuse", action="store_true", help="take rows captured before from --work")
    parser.add_argument("--only", default="", help="suites whose name contains this")
    parser.add_argument("--binary", default=str(ROOT / "target/release/plimsoll"))
    parser.add_argument("--show", action="store_true", help="show each miss")
    parser.add_argument("--write", action="store_true", help="write docs/ACCEPTANCE.md")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = (args.work or pathlib.Path(scratch)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        sys.exit(examine(args, work))


def examine(args, work):
    known = explanations()
    unexplained = 0
    tables = []
    for suite in suites.SUITES:
        if args.only not in suite["name"]:
            continue
        try:
            rows, tests, package = capture.capture(work, suite, args.reuse)
        except capture.Failed as failed:
            sys.exit(str(failed))
        results = judged(suite, rows, package, args.binary)
        drops = collections.Counter(r["dropped"] for r in results if r["dropped"])
        missed = [r for r in results if r["missed"]]
        told = known.get(suite["name"], {})
        passed = len(results) - sum(drops.values()) - len(missed)
        print(f"{suite['name']}: {len(results)} rows, {passed} passed, {sum(drops.values())} dropped,"
              f" {len(missed)} missed", flush=True)
        for result in missed:
            if result["id"] not in told or args.show:
                print(f"  {result['id']}: {shown(result)}\n    {result['missed']}")
            unexplained += result["id"] not in told
        stale = set(told) - {result["id"] for result in missed}
        for name in sorted(stale):
            print(f"  {name} is explained but passes or is gone")
        unexplained += len(stale)
        silent = [test for test in tests if test not in {r["row"]["test"] for r in results}]
        tables.append((suite, results, drops, missed, told, silent))
    if args.write:
        import report

        (ROOT / "docs/ACCEPTANCE.md").write_text(report.page(tables))
    return 1 if unexplained else 0


if __name__ == "__main__":
    main()
