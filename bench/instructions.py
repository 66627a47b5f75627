#!/usr/bin/env python3
"""Counts the instructions of a rendering and holds them against what was recorded.

usage: instructions.py [--update] [--tolerance PERCENT] [--program IN_PROCESS]

The charts that ship, those of the tests and those of bench/charts are loaded and rendered under
`valgrind --tool=callgrind`, by the example `in_process` of plimsoll-chart. What counts is the difference
between two renderings and one, so neither the start of the process nor tables that are made once
are in it. The counts lie in bench/instructions.json, by the compiler's version, since another
compiler makes other code; --update writes those of this compiler.

Without valgrind, or without counts for this compiler, it says so and succeeds.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
RECORD = ROOT / "bench" / "instructions.json"
CHARTS = ["charts/ai/*", "crates/plimsoll-chart/tests/charts/*", "bench/charts/*"]


def output(*command):
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def build():
    """Builds the example and returns where it lies."""
    lines = output("cargo", "build", "--release", "--locked", "-p", "plimsoll-chart", "--example", "in_process", "--message-format", "json")
    found = [json.loads(line) for line in lines.splitlines()]
    return next(one["executable"] for one in reversed(found) if one.get("executable"))


def complete(chart, scratch):
    """The chart, or a copy in which the charts that a file:// path names lie in charts/."""
    paths = re.findall(r"^ +repository: file://(\S+)$", (chart / "Chart.yaml").read_text(), re.MULTILINE)
    if not paths:
        return chart
    copy = shutil.copytree(chart, pathlib.Path(scratch) / chart.name, ignore=shutil.ignore_patterns("charts"))
    for path in paths:
        dependency = (chart / path).resolve()
        shutil.copytree(dependency, copy / "charts" / dependency.name)
    return copy


def count(program, chart, runs):
    with tempfile.TemporaryDirectory() as scratch:
        chart = complete(chart, scratch)
        lines = pathlib.Path(scratch) / "list"
        lines.write_text(f"{chart}\t\n")
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={scratch}/out", program, "-runs", str(runs), str(lines)]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    if '"error"' in done.stdout:
        raise SystemExit(f"{chart}: {done.stdout}")
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--tolerance", type=float, default=3)
    parser.add_argument("--program", help="the example, already built with optimization")
    arguments = parser.parse_args()
    if not shutil.which("valgrind"):
        print("valgrind is not installed: instructions are not counted")
        return
    compiler = output("rustc", "--version").strip()
    record = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    known = record.get(compiler)
    if known is None and not arguments.update:
        print(f"no counts are recorded for {compiler}; --update records them")
        return
    program = arguments.program or build()
    charts = sorted(path for pattern in CHARTS for path in ROOT.glob(pattern) if (path / "Chart.yaml").exists())
    counts, worse = {}, []
    for chart in charts:
        name = str(chart.relative_to(ROOT))
        counts[name] = count(program, chart, 2) - count(program, chart, 1)
        before = (known or {}).get(name)
        change = f"{(counts[name] / before - 1) * 100:+.2f} %" if before else "new"
        print(f"{counts[name]:>12,} {change:>9} {name}")
        if before and abs(counts[name] / before - 1) * 100 > arguments.tolerance:
            worse.append(name)
    if arguments.update:
        record[compiler] = counts
        RECORD.write_text(json.dumps(record, indent=2, sort_keys=True) + "\n")
    elif worse:
        print(f"changed by more than {arguments.tolerance:g} %: {', '.join(worse)}; if that is meant, --update records it")
        sys.exit(1)


if __name__ == "__main__":
    main()
