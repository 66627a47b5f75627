#!/usr/bin/env python3
"""Renders public charts with real Helm and with Plimsoll and compares what they print.

usage: compare-charts.py --helm4 HELM --helm3 HELM --plimsoll PLIMSOLL --cache DIR CHECKOUT...

A CHECKOUT is a directory with charts, or a directory of such directories that say their commit in a
file `.commit`. Every chart is rendered with its defaults and with each values file that is kept for
it (compare_charts/values_sets.py says which). Dependencies that are missing from charts/ are filled
in, in a copy, from charts of the same name in the same checkout, then in the other checkouts, then
below --source. Where Helm refuses because of a schema, or names an API version that is missing, it is
asked again without schemas, or with that version.

Helm's answers are kept below --cache, so that a second comparison asks Plimsoll only. Where outputs
differ, Helm runs three times: tokens that differ among its runs are random and count as equal if
they have the right length. Certificates are random in length, too, and counted on their own.

Exit code: 0 if each pair is the same, else 1.
"""

import argparse
import dataclasses
import fnmatch
import pathlib
import re
import sys

from compare_charts.checkout import Stage, checkouts, digest
from compare_charts.program import Helm, Plimsoll, in_parallel
from compare_charts.stress import stress_sets
from compare_charts.table import complaints, table
from compare_charts.values_sets import ValuesSet, values_sets
from compare_charts.verdict import GOOD, Verdict, judge


SKIP_SCHEMA = "--skip-schema-validation"


@dataclasses.dataclass
class Result:
    checkout: object
    chart: str
    label: str
    verdict: Verdict
    helm_seconds: float
    plimsoll_seconds: float


class Comparison:
    """One chart under all of its values sets with one Helm."""

    def __init__(self, plimsoll, helm, profile, stress):
        self.plimsoll, self.helm, self.profile, self.stress = plimsoll, helm, profile, stress

    def results(self, checkout, chart, staged):
        chart_digest = digest(staged)
        sets = stress_sets(chart, self.helm.cache / "stress") if self.stress else values_sets(checkout, chart)
        for values in sets:
            result, theirs = self.pair(checkout, chart, staged, chart_digest, values)
            yield result
            while options := way_out(theirs, values):
                label = " ".join([values.label, *options]).strip()
                values = ValuesSet(label, values.file, (*values.options, *options))
                result, theirs = self.pair(checkout, chart, staged, chart_digest, values)
                yield result

    def pair(self, checkout, chart, staged, chart_digest, values):
        def ask_helm(count):
            return self.helm.answers(staged, chart_digest, values, count)

        theirs = ask_helm(1)[0]
        ours = self.plimsoll.answer(staged, values, self.profile)
        verdict = judge(ours, ask_helm)
        name = str(chart.relative_to(checkout.root))
        return Result(checkout, name, values.label, verdict, theirs.seconds, ours.seconds), theirs


def way_out(theirs, values):
    """The options that lift a refusal by Helm, where there are some that were not given yet."""
    if theirs.code in (0, None):
        return ()
    if "meet the specifications of the schema(s)" in theirs.err and SKIP_SCHEMA not in values.options:
        return (SKIP_SCHEMA,)
    named = re.search(r"(?:--api-versions |CRD not found \()([\w./-]*\w)", theirs.err)
    return ("--api-versions", named.group(1)) if named and named.group(1) not in values.options else ()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--helm4", help="path of a real Helm 4")
    parser.add_argument("--helm3", help="path of a real Helm 3")
    parser.add_argument("--plimsoll", required=True)
    parser.add_argument("--cache", required=True, help="where Helm's answers and copies of charts are kept")
    parser.add_argument("--source", action="append", default=[], help="further checkouts to fill dependencies from")
    parser.add_argument("--only", default="*", help="pattern for CHECKOUT/CHART")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--stress", action="store_true", help="render with changed defaults instead")
    parser.add_argument("--quiet", action="store_true", help="only the table")
    parser.add_argument("checkouts", nargs="+", metavar="CHECKOUT")
    return parser.parse_args()


def main():
    asked = arguments()
    cache = pathlib.Path(asked.cache).resolve()
    helms = {profile: Helm(path, cache) for profile, path in (("4", asked.helm4), ("3", asked.helm3)) if path}
    plimsoll = Plimsoll(asked.plimsoll, cache / "home")
    compared = list(checkouts(asked.checkouts))
    stage = Stage(cache / "charts", [*compared, *checkouts(asked.source)])
    charts = [
        (checkout, chart)
        for checkout in compared
        for chart in checkout.charts
        if fnmatch.fnmatch(f"{checkout.name}/{chart.relative_to(checkout.root)}", asked.only)
    ]

    def work(place):
        staged = stage.chart(*place)
        return {profile: list(Comparison(plimsoll, helm, profile, asked.stress).results(*place, staged)) for profile, helm in helms.items()}

    rows = {}
    for (checkout, _), results in zip(charts, in_parallel(asked.jobs, work, charts)):
        for profile in helms:
            rows.setdefault((checkout, profile), []).extend(results[profile])
    if not asked.quiet:
        for complaint in complaints(rows):
            print(complaint)
        print()
    print(f"{plimsoll.version}; " + "; ".join(f"Helm {helm.version}" for helm in helms.values()) + "\n")
    print(table(rows))
    same = all(result.verdict.kind in GOOD for results in rows.values() for result in results)
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
