#!/usr/bin/env python3
"""Compares `plimsoll deps` and `--siblings` with real Helm on directories of charts.

    python3 tools/compare-dependencies.py --helm PATH --plimsoll PATH [--profile 3] [--render] DIRECTORY...

Counts the charts whose dependencies have the states that `helm dependency list` gives them, and
prints those that differ. With --render, charts for which siblings below the directories stand in are
rendered, too: by Helm from a temporary copy into which the siblings are copied, by Plimsoll as they
lie. Where Helm itself prints something else the second time, only success is compared. Python 3.11,
standard library only.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


def charts_below(root):
    for path, directories, files in os.walk(root):
        directories.sort()
        if "Chart.yaml" in files:
            directories[:] = []
            yield path


def helms(helm, chart):
    """Name and state of each dependency; nothing where Helm refuses the chart."""
    done = subprocess.run([helm, "dependency", "list", chart, "--max-col-width", "0"], capture_output=True, text=True)
    if done.returncode != 0:
        return None
    rows = [line.split("\t") for line in done.stdout.splitlines() if line.count("\t") >= 3]
    return [(row[0].strip(), row[-1].strip()) for row in rows[1:]]


def ours(plimsoll, profile, chart):
    command = [plimsoll, "deps", chart, "-o", "json", "--helm-profile", profile]
    done = subprocess.run(command, capture_output=True, text=True)
    found = json.loads(done.stdout)["charts"]
    if not found or "dependencies" not in found[0]:
        return None
    return [(one["name"], one["status"]) for one in found[0]["dependencies"]]


def stand_ins(needs, place=""):
    """Each sibling with its place in the chart, outer ones first."""
    for need in needs.get("dependencies", []):
        below = f"{place}charts/{need['name']}"
        if "stand_in" in need:
            yield below, need["stand_in"]
        if "chart" in need:
            yield from stand_ins(need["chart"], below + "/")


def render(arguments, chart):
    """Whether both render a chart alike; nothing where no sibling stands in."""
    siblings = [f"--siblings={directory}" for directory in arguments.directories]
    profile = ["--helm-profile", arguments.profile]
    listed = subprocess.run(
        [arguments.plimsoll, "deps", chart, *siblings, *profile, "-o", "json"], capture_output=True, text=True
    )
    # A chart that is used under several aliases lies there once.
    used = {place: sibling for report in json.loads(listed.stdout)["charts"] for place, sibling in stand_ins(report)}
    if not used:
        return None
    flags = ["--kube-version", "v1.36.0"]
    with tempfile.TemporaryDirectory() as scratch:
        copy = pathlib.Path(scratch, os.path.basename(chart))
        shutil.copytree(chart, copy, symlinks=True)
        for place, sibling in used.items():
            shutil.copytree(sibling, copy / place, symlinks=True)
        first, second = (
            subprocess.run([arguments.helm, "template", "rel", copy, *flags], capture_output=True) for _ in "12"
        )
    own = subprocess.run(
        [arguments.plimsoll, "render", "rel", chart, *siblings, *profile, *flags], capture_output=True
    )
    if (first.returncode == 0) != (own.returncode == 0):
        print(f"renders differ: {chart}: Helm {first.stderr[-300:]!r}, Plimsoll {own.stderr[:300]!r}")
        return False
    if first.stdout == second.stdout and first.stdout != own.stdout:
        print(f"renders differ: {chart}: in what is printed")
        return False
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--helm", required=True)
    parser.add_argument("--plimsoll", required=True)
    parser.add_argument("--profile", default="4", choices=["3", "4"])
    parser.add_argument("--render", action="store_true")
    parser.add_argument("directories", nargs="+")
    arguments = parser.parse_args()
    same, refused, different, states, rendered = 0, 0, 0, {}, 0
    for directory in arguments.directories:
        for chart in charts_below(directory):
            theirs = helms(arguments.helm, chart)
            mine = ours(arguments.plimsoll, arguments.profile, chart)
            if theirs == mine:
                same += theirs is not None
                refused += theirs is None
                for _, state in theirs or []:
                    states[state] = states.get(state, 0) + 1
            else:
                different += 1
                print(f"differs: {chart}\n   helm: {theirs}\n   ours: {mine}")
            alike = render(arguments, chart) if arguments.render else None
            rendered += alike is True
            different += alike is False
    print(f"{rendered} charts with siblings render alike")
    print(f"{same} charts alike, {refused} refused by both, {different} differ; states: {states}")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
