#!/usr/bin/env python3
"""Records what the real helm-unittest says of the suites in chart/.

usage: record.py --helm-unittest TOOL [--check]

It runs in a copy, since suites write snapshots. Without --check, verdicts.txt and the snapshot files
in after/ are written anew; with it, exit 1 tells that they would change.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent


def verdict(case):
    for tag, name in (("skipped", "skipped"), ("failure", "failed"), ("error", "errored")):
        if case.find(tag) is not None:
            return name
    return "passed"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--helm-unittest", required=True)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    tool = str(pathlib.Path(arguments.helm_unittest).resolve())
    with tempfile.TemporaryDirectory() as scratch:
        where = pathlib.Path(scratch)
        shutil.copytree(HERE / "chart", where / "chart")
        subprocess.run([tool, "chart", "-o", "report.xml", "-t", "JUnit"], cwd=where, capture_output=True, timeout=300)
        root = xml.etree.ElementTree.parse(where / "report.xml").getroot()
        lines = [
            f"{verdict(case):8} {suite.get('name')} / {case.get('name')}\n"
            for suite in root.iter("testsuite")
            for case in suite.iter("testcase")
        ]
        found = {HERE / "verdicts.txt": "".join(lines)}
        for file in sorted((where / "chart/tests/__snapshot__").glob("*.snap")):
            found[HERE / "after" / file.name] = file.read_text("utf8")
    stale = [path for path, text in found.items() if not path.exists() or path.read_text("utf8") != text]
    if arguments.check:
        for path in stale:
            print(f"{path.relative_to(HERE)} is not what the real tool says", file=sys.stderr)
        return 1 if stale else 0
    for path, text in found.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf8")
    print(f"{len(lines)} tests recorded")
    return 0


if __name__ == "__main__":
    sys.exit(main())
