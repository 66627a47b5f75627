#!/usr/bin/env python3
"""Record which values real Helm hands to each chart's templates.

    python3 record.py --helm4 PATH --helm3 PATH

Reads cases.toml and writes recorded.json beside it. Each chart of a case gets a template that
prints its `.Values`; a case's record is, for each Helm, those values by template, or the error.
Python 3.11, standard library only.
"""

import argparse
import base64
import json
import pathlib
import subprocess
import tempfile
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
DUMP = "kind: D\nname: {{ .Template.Name | quote }}\nchart: {{ .Chart.Name | quote }}\nvalues: {{ toJson .Values | b64enc | quote }}\ntypes: {{ range $k, $v := .Values }}{{ $k }}={{ typeOf $v }};{{ end }}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--helm4", required=True)
    parser.add_argument("--helm3", required=True)
    options = parser.parse_args()
    cases = tomllib.loads((HERE / "cases.toml").read_text())["case"]
    records = []
    for case in cases:
        record = {
            "name": case["name"],
            "files": case.get("files", {}),
            "values": case.get("values", []),
            "args": case.get("args", []),
            "set_files": case.get("set_files", {}),
        }
        for key, binary in (("helm4", options.helm4), ("helm3", options.helm3)):
            record[key] = run(binary, case)
        records.append(record)
    text = json.dumps({"helm4": "v4.2.4", "helm3": "v3.21.4", "cases": records}, indent=1, ensure_ascii=False)
    (HERE / "recorded.json").write_text(text + "\n")


def run(binary, case):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        chart = root / "c"
        files = dict(case.get("files", {}))
        files.setdefault("Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n")
        for name, text in files.items():
            write(chart / name, text)
            if pathlib.PurePosixPath(name).name == "Chart.yaml":
                write((chart / name).parent / "templates" / "dump.yaml", DUMP)
        command = [binary, "template", "c", "--kube-version", "v1.36.0"]
        for index, text in enumerate(case.get("values", [])):
            write(root / f"v{index}.yaml", text)
            command += ["-f", f"v{index}.yaml"]
        for name, text in case.get("set_files", {}).items():
            write(root / name, text)
        command += case.get("args", [])
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60)
        if done.returncode:
            error = done.stderr.split("\n\nUse --debug flag")[0].strip().splitlines()
            return {"error": "\n".join(line for line in error if not line.startswith(("level=", "time=")))}
        return {"charts": read(done.stdout)}


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def read(output):
    charts = {}
    name = None
    for line in output.splitlines():
        key, _, rest = line.partition(": ")
        if key == "name":
            name = json.loads(rest)
            charts[name] = {}
        elif key == "values":
            charts[name]["values"] = json.loads(base64.b64decode(json.loads(rest)))
        elif key.startswith("types"):
            charts[name]["types"] = rest
    return charts


if __name__ == "__main__":
    main()
