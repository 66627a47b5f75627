#!/usr/bin/env python3
"""Runs helm-unittest suites with the real tool and with Plimsoll and compares each test's verdict.

usage: compare-unittests.py --helm-unittest TOOL --plimsoll PLIMSOLL [--list] CHECKOUT...

A CHECKOUT is a directory with charts, or a directory of such directories that say their commit in a
file `.commit`. Every chart that has suites is copied twice to a temporary directory, since suites
write snapshots, and each tool runs in a copy of its own. Dependencies that are missing from charts/
are filled in from charts of the same name in the same checkout, then in the others. The tests of a
chart are paired by suite and name, in order; verdicts are passed, failed, errored and skipped. Where
a schema would have to be fetched, both tools run again without schemas. Charts are read where they
are.

Exit code: 0 if each pair is the same, else 1.
"""

import argparse
import collections
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

from compare_charts.checkout import Stage, checkouts


def is_suite(file):
    text = file.read_text("utf8", "replace")
    return re.search(r"^\s*(- )?\s*asserts:", text, re.M) is not None


def suites_of(chart):
    """The directories with suites, relative to their chart or subchart."""
    found = set()
    for path, directories, files in os.walk(chart):
        here = pathlib.Path(path)
        relative = here.relative_to(chart)
        parts = relative.parts
        directories[:] = sorted(name for name in directories if name != "templates" or parts)
        # A chart inside that is no subchart is a chart of its own.
        if here != chart and "Chart.yaml" in files and (len(parts) < 2 or parts[-2] != "charts"):
            directories[:] = []
            continue
        for name in files:
            if name.endswith(("_test.yaml", "_test.yml")) and is_suite(here / name):
                below = parts
                while "charts" in below:
                    below = below[below.index("charts") + 2:]
                extension = name.rsplit(".", 1)[1]
                found.add("/".join([*below, f"*_test.{extension}"]))
    return sorted(found)


def charts_with_suites(checkout):
    for chart in checkout.charts:
        if chart.parent.name == "charts" and (chart.parent.parent / "Chart.yaml").exists():
            continue
        if suites_of(chart):
            yield chart


def copy(chart, name, into):
    return pathlib.Path(shutil.copytree(chart, pathlib.Path(into) / name, symlinks=True))


def verdict(case):
    for tag, name in (("skipped", "skipped"), ("failure", "failed"), ("error", "errored")):
        if case.find(tag) is not None:
            return name
    return "passed"


def read(report):
    try:
        root = xml.etree.ElementTree.parse(report).getroot()
    except (OSError, xml.etree.ElementTree.ParseError):
        return []
    tests = []
    for suite in root.iter("testsuite"):
        for case in suite.iter("testcase"):
            tests.append((suite.get("name") or "", case.get("name") or "", verdict(case)))
    return tests


def processor_time():
    """What the processes that ended so far have used, which other work on the machine does not change."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(tool, chart, patterns, where, options=()):
    report = where / "report.xml"
    flags = [flag for pattern in patterns for flag in ("-f", pattern)]
    command = [*tool, *flags, *options, "-o", str(report), "-t", "JUnit", chart.name]
    before = processor_time()
    try:
        done = subprocess.run(command, cwd=chart.parent, capture_output=True, timeout=900)
        said = (done.stdout + done.stderr).decode("utf8", "replace")
    except subprocess.TimeoutExpired:
        said = "ran for more than 900 s"
    return read(report), processor_time() - before, said


def pairs(theirs, ours):
    """Pairs the tests by suite and name, in order; those of one tool only have no partner."""
    waiting = collections.defaultdict(collections.deque)
    for suite, test, result in ours:
        waiting[suite, test].append(result)
    for suite, test, result in theirs:
        queue = waiting[suite, test]
        yield suite, test, result, queue.popleft() if queue else None
    for (suite, test), queue in waiting.items():
        for result in queue:
            yield suite, test, None, result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--helm-unittest", required=True)
    parser.add_argument("--plimsoll", required=True)
    parser.add_argument("--list", action="store_true", help="also each test that differs")
    parser.add_argument("directories", nargs="+")
    arguments = parser.parse_args()
    real = [str(pathlib.Path(arguments.helm_unittest).resolve())]
    own = [str(pathlib.Path(arguments.plimsoll).resolve()), "unittest"]
    rows, differences, unread = [], [], []
    all_checkouts = list(checkouts(arguments.directories))
    for checkout in all_checkouts:
        row = collections.Counter()
        for chart in charts_with_suites(checkout):
            patterns = suites_of(chart)
            with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
                staged = Stage(root, all_checkouts).chart(checkout, chart)
                theirs, their_time, said = run(real, copy(staged, chart.name, one), patterns, pathlib.Path(one))
                options = ()
                if re.search(r'failing loading "(https?|file)://', said):
                    row["without schemas"] += 1
                    options = ("--skip-schema-validation",)
                    theirs, their_time, said = run(real, pathlib.Path(one) / chart.name, patterns, pathlib.Path(one), options)
                ours, our_time, we_said = run(own, copy(staged, chart.name, two), patterns, pathlib.Path(two), options)
            row["charts"] += 1
            row["theirs"] += their_time
            row["ours"] += our_time
            if not theirs:
                row["unread"] += 1
                unread.append((chart, [line for line in said.splitlines() if line.strip()][:6], len(ours)))
                continue
            for suite, test, their, our in pairs(theirs, ours):
                row["tests"] += 1
                if their == our:
                    row["same"] += 1
                    row[their] += 1
                else:
                    differences.append(f"{chart}: {suite or '?'} / {test}: {their or 'not run'} there, {our or 'not run'} here")
            if not ours:
                differences.append(f"{chart}: nothing ran here: {we_said[:300]!r}")
            print(f"  {chart}: {len(theirs)} tests, {their_time:.2f} s against {our_time:.2f} s", file=sys.stderr)
        if row:
            rows.append((f"{checkout.name}@{checkout.commit[:9]}", row))
    print("| suites of | charts | tests | same verdict | passed | failed | errored | skipped | charts without schemas | charts not read by the real tool | helm-unittest, processor time | Plimsoll |")
    print("|---|" + "--:|" * 11)
    total = collections.Counter()
    for name, row in rows + [("all", total)]:
        if name != "all" or row is not total:
            total.update(row)
        cells = [row["charts"], row["tests"], row["same"], row["passed"], row["failed"], row["errored"], row["skipped"], row["without schemas"], row["unread"]]
        print(f"| {name} | " + " | ".join(map(str, cells)) + f" | {row['theirs']:.1f} s | {row['ours']:.1f} s |")
    if arguments.list:
        for line in differences:
            print(line)
        for chart, said, count in unread:
            print(f"{chart}: not read by the real tool ({count} tests here): {' / '.join(said)}")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
