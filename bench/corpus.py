#!/usr/bin/env python3
"""Copies public charts, fills in their dependencies and lists them for the benchmarks.

usage: corpus.py SCRATCH DIR[:DIR...]...

Each chart below the directories is copied to SCRATCH; a dependency that is missing from its charts/
is filled in from a chart of the same name below the same directories: those joined by a colon count
as one repository. Two lists are written, one line for each rendering, `chart<TAB>values file`:
SCRATCH/charts.tsv holds all charts with their defaults, SCRATCH/values.tsv each of their
ci/*-values.yaml.
"""

import os
import pathlib
import re
import shutil
import sys


def charts_below(root):
    for path, directories, files in os.walk(root):
        directories.sort()
        if "Chart.yaml" in files:
            directories[:] = []
            yield pathlib.Path(path)


def lines_of(chart, name):
    file = chart / name
    return file.read_text("utf8", "replace").splitlines() if file.exists() else []


def name_of(chart):
    for line in lines_of(chart, "Chart.yaml"):
        found = re.match(r"name:\s*[\"']?([^\"'\s#]+)", line)
        if found:
            return found.group(1)
    return chart.name


def dependencies(chart):
    names, inside = [], False
    for line in lines_of(chart, "Chart.yaml") + lines_of(chart, "requirements.yaml"):
        if re.match(r"[^\s#-]", line):
            inside = line.startswith("dependencies:")
        found = re.match(r"\s*(?:- )?\s*name:\s*[\"']?([^\"'\s#]+)", line)
        if inside and found:
            names.append(found.group(1))
    return names


def copied(chart, target):
    """Links are followed, since Plimsoll follows none out of a chart."""
    shutil.copytree(chart, target, ignore_dangling_symlinks=True)


def fill(chart, siblings, depth=0):
    for name in dependencies(chart):
        target = chart / "charts" / name
        present = target.exists() or list((chart / "charts").glob(f"{name}-*.tgz"))
        if not present and name in siblings and depth < 4:
            copied(siblings[name], target)
            fill(target, siblings, depth + 1)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    scratch = pathlib.Path(sys.argv[1]).resolve()
    charts, values = [], []
    for group in sys.argv[2:]:
        roots = [pathlib.Path(root) for root in group.split(":")]
        found = [(root, chart) for root in roots for chart in charts_below(root)]
        siblings = {name_of(chart): chart for _, chart in found}
        for root, chart in found:
            copy = scratch / root.name / chart.relative_to(root)
            copied(chart, copy)
            fill(copy, siblings)
            charts.append(f"{copy}\t")
            values += [f"{copy}\t{file}" for file in sorted((copy / "ci").glob("*-values.yaml"))]
    for name, lines in [("charts.tsv", charts), ("values.tsv", values)]:
        (scratch / name).write_text("".join(f"{line}\n" for line in lines))
        print(f"{len(lines)} in {scratch / name}")


if __name__ == "__main__":
    main()
