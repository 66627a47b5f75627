#!/usr/bin/env python3
"""Runs the applications of charts/ai as local processes, as the rendered Pods say, and probes them as a kubelet does.

usage: python3 tests/apps/run.py [--all] [--write] [SCENARIO…]

Without arguments it lists the scenarios. Each one needs what tests/apps/install.py installs, root (for network
namespaces and to become another user) and a built Plimsoll. --write keeps the results in
tests/apps/results.json and makes the tables of docs/APPS.md anew; alone, it only does the latter.
"""

import argparse
import os
import pathlib
import shutil
import sys
import tempfile
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import report as reports  # noqa: E402
from kubelet import network  # noqa: E402
from kubelet.cluster import Cluster  # noqa: E402
from kubelet.environment import ConfigError  # noqa: E402
from kubelet.manifests import RenderError  # noqa: E402
from kubelet.pod import Failed  # noqa: E402
from scenarios import ALL  # noqa: E402
from scenarios.stage import Missing, Stage  # noqa: E402


def program():
    """Plimsoll's binary: PLIMSOLL, or the newest build of this checkout."""
    if given := os.environ.get("PLIMSOLL"):
        return given
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE.parent.parent / "target"))
    built = [file for kind in ("release", "debug") if (file := target / kind / "plimsoll").exists()]
    if not built:
        sys.exit("no plimsoll is built: cargo build --release -p plimsoll, or name one in PLIMSOLL")
    return str(max(built, key=lambda file: file.stat().st_mtime))


def run(scenario, net, report, arguments):
    """One scenario: "passed", "failed" or "missing"."""
    before = len(report.failed())
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="plimsoll-apps-"))
    print(f"\n== {scenario.app}: {scenario.name}", flush=True)
    net.forget()
    with Cluster(program(), scratch, net) as cluster:
        stage = Stage(scenario.app, scenario.name, cluster, report, arguments.charts.resolve(), arguments.artefacts)
        try:
            scenario.play(stage)
        except (Missing, FileNotFoundError) as error:
            print(f"skipped: {error}", flush=True)
            return "missing"
        except (Failed, ConfigError, RenderError, LookupError) as error:
            stage.add("the scenario", "runs to its end", str(error).splitlines()[0][:200], False)
            print(error, flush=True)
        except Exception:
            traceback.print_exc()
            stage.add("the scenario", "runs to its end", traceback.format_exc().splitlines()[-1][:200], False)
        finally:
            if arguments.keep:
                print(f"kept: {scratch}", flush=True)
    if not arguments.keep:
        shutil.rmtree(scratch, ignore_errors=True)
    return "failed" if len(report.failed()) > before else "passed"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="run every scenario")
    parser.add_argument("--write", action="store_true", help="keep the results and make docs/APPS.md anew")
    parser.add_argument("--keep", action="store_true", help="leave logs and volumes of the pods on the disk")
    parser.add_argument("--artefacts", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "plimsoll-apps",
                        help="where screenshots go")
    parser.add_argument("--charts", type=pathlib.Path, default=HERE.parent.parent / "charts/ai", help="where the charts are")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO")
    arguments = parser.parse_args()
    known = {scenario.key: scenario for scenario in ALL}
    if unknown := [one for one in arguments.scenarios if one not in known]:
        parser.error(f"no such scenario: {', '.join(unknown)}")
    chosen = ALL if arguments.all else [known[one] for one in arguments.scenarios]
    if not chosen and arguments.write:
        reports.write(reports.Report(), [(one.app, one.name) for one in ALL])
        return
    if not chosen:
        for scenario in ALL:
            print(f"{scenario.key:28} {scenario.app}: {scenario.name}")
        return
    network.enter()
    arguments.artefacts.mkdir(parents=True, exist_ok=True)
    net, report = network.Network(), reports.Report()
    ends = []
    for one in chosen:
        ends.append(run(one, net, report, arguments))
        if arguments.write:
            reports.write(report, [(play.app, play.name) for play in ALL])
    passed = sum(row.passed for row in report.rows)
    print(f"\n{ends.count('missing')} of {len(ends)} scenarios could not run here")
    print(f"{passed} passed, {len(report.failed())} failed, {ends.count('missing')} skipped")
    sys.exit(1 if report.failed() else 0)


if __name__ == "__main__":
    main()
