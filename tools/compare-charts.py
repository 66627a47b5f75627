#!/usr/bin/env python3
"""Renders charts with real Helm and with Plimsoll and compares what they print.

usage: compare-charts.py --helm HELM --plimsoll PLIMSOLL [--profile 3|4] [--siblings] DIR...

Each chart below the directories is rendered with its defaults and with every ci/*-values.yaml. Real
Helm runs twice: tokens that differ between the two runs are random and count as equal. With
--siblings, dependencies that are missing from charts/ are filled in, in a temporary copy, from
charts of the same name below the same directory. Charts are read where they are.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOKEN = re.compile(r"[A-Za-z0-9+/=_.-]+|\s+|.", re.S)


def run(command):
    done = subprocess.run(command, capture_output=True, timeout=120)
    return done.returncode, done.stdout.decode("utf8", "replace"), done.stderr.decode("utf8", "replace")


def charts_below(root):
    for path, directories, files in os.walk(root):
        directories.sort()
        if "Chart.yaml" in files:
            directories[:] = []
            yield pathlib.Path(path)


def name_of(chart):
    for line in (chart / "Chart.yaml").read_text("utf8", "replace").splitlines():
        found = re.match(r"name:\s*[\"']?([^\"'\s#]+)", line)
        if found:
            return found.group(1)
    return chart.name


def dependencies(chart):
    text = ""
    for name in ("Chart.yaml", "requirements.yaml"):
        file = chart / name
        if file.exists():
            text += file.read_text("utf8", "replace") + "\n"
    names, inside = [], False
    for line in text.splitlines():
        if re.match(r"[^\s#-]", line):
            inside = line.startswith("dependencies:")
        found = re.match(r"\s*(?:- )?\s*name:\s*[\"']?([^\"'\s#]+)", line)
        if inside and found:
            names.append(found.group(1))
    return names


def fill(chart, siblings, depth=0):
    """Copies missing dependencies of the chart at `chart` into its charts/."""
    for name in dependencies(chart):
        target = chart / "charts" / name
        present = target.exists() or list((chart / "charts").glob(f"{name}-*.tgz"))
        if not present and name in siblings and depth < 4:
            shutil.copytree(siblings[name], target, symlinks=True)
            fill(target, siblings, depth + 1)


def masked(first, second, ours):
    """Replaces in `ours` the tokens at places where two runs of Helm differ."""
    one, two, three = (TOKEN.findall(text) for text in (first, second, ours))
    if not len(one) == len(two) == len(three):
        return first, ours
    for index, (a, b) in enumerate(zip(one, two)):
        if a != b:
            one[index] = three[index] = "*"
    return "".join(one), "".join(three)


def where(error):
    """The place and the text of an error, without what differs by program."""
    error = error.replace("\n\nUse --debug flag to render out invalid YAML", "")
    lines = [line for line in error.splitlines() if not line.startswith(("level=", "coalesce.go", "manifest_sorter", "walk.go", "WARNING"))]
    return "\n".join(lines).strip()


def compare(arguments, chart, values):
    options = ["--kube-version", "v1.36.0"] + (["-f", str(values)] if values else [])
    theirs = run([arguments.helm, "template", "rel", str(chart), *options])
    again = run([arguments.helm, "template", "rel", str(chart), *options])
    ours = run([arguments.plimsoll, "render", "rel", str(chart), "--helm-profile", arguments.profile, *options])
    if theirs[0] != 0:
        if ours[0] == 0:
            return "accepts", where(theirs[2])[:300]
        same = where(ours[2]).startswith(where(theirs[2]))
        return ("refused alike" if same else "refused otherwise"), f"{where(theirs[2])[:400]}\n   ours: {where(ours[2])[:400]}"
    if ours[0] != 0:
        return "refuses", where(ours[2])[:400]
    first, mine = masked(theirs[1], again[1], ours[1])
    if first == mine:
        return ("equal" if theirs[1] == again[1] else "equal but for chance"), ""
    for number, (a, b) in enumerate(zip(first.splitlines(), mine.splitlines()), 1):
        if a != b:
            return "differs", f"line {number}\n   helm: {a[:160]!r}\n   ours: {b[:160]!r}"
    return "differs", f"{len(first.splitlines())} lines against {len(mine.splitlines())}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--helm", required=True)
    parser.add_argument("--plimsoll", required=True)
    parser.add_argument("--profile", default="4", choices=["3", "4"])
    parser.add_argument("--siblings", action="store_true")
    parser.add_argument("--quiet", action="store_true", help="only the table")
    parser.add_argument("directories", nargs="+")
    arguments = parser.parse_args()
    counts, jobs = {}, []
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(2) as pool:
        for directory in arguments.directories:
            found = list(charts_below(directory))
            siblings = {name_of(chart): chart for chart in found}
            for number, chart in enumerate(found):
                shown = chart
                if arguments.siblings and dependencies(chart):
                    copy = pathlib.Path(scratch) / str(number) / chart.name
                    shutil.copytree(chart, copy, symlinks=True)
                    fill(copy, siblings)
                    chart = copy
                for values in [None, *sorted((chart / "ci").glob("*-values.yaml"))]:
                    label = f"{shown} {values.name if values else ''}".strip()
                    jobs.append((label, directory, pool.submit(compare, arguments, chart, values)))
        for label, directory, job in jobs:
            verdict, detail = job.result()
            row = counts.setdefault(directory, {})
            row[verdict] = row.get(verdict, 0) + 1
            if detail and not arguments.quiet and verdict != "refused alike":
                print(f"{verdict}: {label}\n   {detail}")
    verdicts = ["equal", "equal but for chance", "refused alike", "differs", "refuses", "accepts", "refused otherwise"]
    print("\n| corpus | " + " | ".join(verdicts) + " |\n|---" * 1 + "|---" * len(verdicts) + "|")
    for directory, row in counts.items():
        print(f"| {directory} | " + " | ".join(str(row.get(verdict, 0)) for verdict in verdicts) + " |")
    bad = sum(row.get(verdict, 0) for row in counts.values() for verdict in verdicts[3:])
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
