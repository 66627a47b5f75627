#!/usr/bin/env python3
"""Times Helm's Go packages and Plimsoll on the same charts, each inside one process.

usage: in-process.py --helm PROGRAM --plimsoll PROGRAM [--rounds N] [--runs N] [--keep] [--engine] LIST

HELM is bench/helm-in-process, built; PLIMSOLL is the example `in_process` of plimsoll-chart; LIST
comes from corpus.py. The programs run in turns, so that whatever else the machine does falls on
both. What counts is CPU time, user and system, of the whole process: the garbage collector's
threads count, with Go's defaults. Each line of the list is rendered N times in each round, and the
median over the rounds stands for it.

Plimsoll runs twice: once each rendering begins with nothing, once templates that charts have in
common are parsed once, as `plimsoll check` does. With --keep both programs may keep a chart that the
lines name one after the other: Helm its files, since its packages change what they read, Plimsoll
all of it. With --engine the charts are loaded before time is taken: of Helm only `Engine.Render` is
timed, of Plimsoll `Chart::render`, which does more, since it merges, checks and sorts too.

Lines that Helm refuses are left out. All others must give the same bytes, unless two renderings of
Helm differ: those are charts with random values. Charts that make keys or hash passwords are told
apart, since that is meant to be slow.
"""

import argparse
import json
import statistics
import subprocess
import sys


def run(program, *arguments):
    done = subprocess.run([program, *arguments], stdout=subprocess.PIPE, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return rows[:-1], rows[-1]


def quantile(values, part):
    ordered = sorted(values)
    return ordered[round(part * (len(ordered) - 1))]


def median_cpu(rounds):
    """The median of each line's time over the rounds."""
    return [statistics.median(row["cpu_ns"] for row in rows) for rows in zip(*(rows for rows, _ in rounds))]


def label(row):
    values = row["values"].rsplit("/", 1)[-1]
    return f"{row['chart']} {values}".strip()


def describe(title, helm, ours, names):
    ratios = [one / two for one, two in zip(helm, ours)]
    lowest = min(range(len(ratios)), key=ratios.__getitem__)
    slower = sorted((ratio, name) for ratio, name in zip(ratios, names) if ratio < 1)
    print(f"\n{title}: {len(ratios)} renderings")
    print(f"  Helm     {sum(helm) / 1e9:8.2f} CPU s, median {statistics.median(helm) / 1e6:.2f} ms")
    print(f"  Plimsoll {sum(ours) / 1e9:8.2f} CPU s, median {statistics.median(ours) / 1e6:.2f} ms")
    print(f"  ratio of the sums {sum(helm) / sum(ours):.1f}")
    print(f"  ratio by rendering: median {statistics.median(ratios):.1f}, p10 {quantile(ratios, 0.1):.1f}, p90 {quantile(ratios, 0.9):.1f}, least {ratios[lowest]:.2f} ({names[lowest]})")
    print(f"  slower than Helm: {len(slower)}")
    for ratio, name in slower:
        print(f"    {ratio:.2f} {name}")


def compare(helm, ours, probe):
    """Which lines both programs render, and what is wrong with the others or with their bytes."""
    kept, wrong = [], []
    for index, (row, theirs, mine) in enumerate(zip(probe, helm, ours)):
        if "error" in row:
            continue
        if "error" in mine:
            wrong.append(f"refused by Plimsoll only: {label(row)}: {mine['error']}")
            continue
        kept.append(index)
        if len(row["hashes"]) == 1 and row["hashes"] == theirs["hashes"] != mine["hashes"]:
            wrong.append(f"different bytes: {label(row)}")
    return kept, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--helm", required=True)
    parser.add_argument("--plimsoll", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--engine", action="store_true")
    parser.add_argument("list")
    arguments = parser.parse_args()
    flags = ["-runs", str(arguments.runs)] + (["-keep"] if arguments.keep else []) + (["-engine"] if arguments.engine else [])
    variants = {
        "Helm": [arguments.helm, *flags],
        "Plimsoll": [arguments.plimsoll, *flags],
        "Plimsoll, sharing templates": [arguments.plimsoll, "-share", *flags],
    }

    # Two renderings by Helm tell which charts are random; spies tell which make keys.
    probe, _ = run(arguments.helm, "-probe", "-runs", "2", arguments.list)
    rounds = {name: [] for name in variants}
    for _ in range(arguments.rounds):
        for name, command in variants.items():
            rounds[name].append(run(*command, arguments.list))

    kept, wrong = compare(rounds["Helm"][0][0], rounds["Plimsoll"][0][0], probe)
    random = sum(len(probe[index]["hashes"]) > 1 for index in kept)
    print(f"{len(probe)} lines, {len(kept)} rendered by both, of which {random} are random")
    names = [label(row) for row in probe]
    cpu = {name: median_cpu(found) for name, found in rounds.items()}
    helm = cpu.pop("Helm")
    for title, wanted in [("without keys", False), ("with keys or password hashes", True)]:
        chosen = [index for index in kept if probe[index].get("makes_keys", False) == wanted]
        for variant, ours in cpu.items():
            if chosen:
                columns = ([column[index] for index in chosen] for column in (helm, ours, names))
                describe(f"{variant}, {title}", *columns)
    print("\nwhole processes, all lines")
    for name, found in rounds.items():
        whole = statistics.median(one["cpu_ns"] for _, one in found) / 1e9
        rss = max(one["peak_kib"] for _, one in found) / 1024
        print(f"  {name:28} {whole:8.2f} CPU s, at most {rss:.0f} MiB")
    for line in wrong:
        print(line)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
