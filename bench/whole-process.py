#!/usr/bin/env python3
"""Times whole processes side by side: real Helm and Plimsoll on the same chart, in turns.

usage: whole-process.py --helm4 HELM --helm3 HELM --plimsoll PLIMSOLL [--runs N] CHART...

Each command runs once to warm the caches and then N times, one after the other in turns, so that
whatever else the machine does falls on all of them alike. Printed are the median of the wall time
with its minimum and maximum, the median CPU time (user and system), and the largest resident set.
The ratios are those of the medians against Plimsoll's rendering of the same profile.
"""

import argparse
import os
import statistics
import subprocess
import time


def once(command):
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, error, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--helm4", required=True)
    parser.add_argument("--helm3", required=True)
    parser.add_argument("--plimsoll", required=True)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("charts", nargs="+")
    arguments = parser.parse_args()
    kube = ["--kube-version", "v1.36.0"]
    print("| chart | command | wall ms (min–max) | CPU ms | RSS MB | wall against ours | CPU against ours |")
    print("|---|---|---|---|---|---|---|")
    for chart in arguments.charts:
        commands = {
            "helm 4 template": [arguments.helm4, "template", "rel", chart, *kube],
            "plimsoll render": [arguments.plimsoll, "render", "rel", chart, *kube],
            "helm 3 template": [arguments.helm3, "template", "rel", chart, *kube],
            "plimsoll render --helm-profile 3": [arguments.plimsoll, "render", "rel", chart, "--helm-profile", "3", *kube],
            "plimsoll check": [arguments.plimsoll, "check", "--fail-on", "never", chart],
        }
        rows = {name: [] for name in commands}
        for turn in range(arguments.runs + 1):
            for name, command in commands.items():
                code, error, *figures = once(command)
                if code != 0:
                    raise SystemExit(f"{' '.join(command)} exits with {code}: {error.decode()[:300]}")
                if turn > 0:
                    rows[name].append(figures)
        medians = {name: [statistics.median(row[column] for row in found) for column in (0, 1)] for name, found in rows.items()}
        against = {"helm 4 template": "plimsoll render", "helm 3 template": "plimsoll render --helm-profile 3"}
        for name, found in rows.items():
            walls = [row[0] * 1000 for row in found]
            cpu = statistics.median(row[1] for row in found) * 1000
            rss = max(row[2] for row in found) / 1024
            ratios = [f"{one / two:.1f}×" for one, two in zip(medians[name], medians[against[name]])] if name in against else ["", ""]
            print(f"| {os.path.basename(chart)} | `{name}` | {statistics.median(walls):.1f} ({min(walls):.1f}–{max(walls):.1f}) | {cpu:.1f} | {rss:.1f} | {ratios[0]} | {ratios[1]} |")


if __name__ == "__main__":
    main()
