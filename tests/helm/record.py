#!/usr/bin/env python3
"""Record what real Helm says about every case, or check that it still says it.

    python3 tests/helm/record.py --helm4 PATH --helm3 PATH            record
    python3 tests/helm/record.py --helm4 PATH --helm3 PATH --check    fail on a difference
    python3 tests/helm/record.py --helm4 PATH --only 'lang/*'         show, write nothing
    python3 tests/helm/record.py --pack                               rebuild the archives

The format of the cases and of the records is described in README.md beside this file.
Python 3.11, standard library only.
"""

import argparse
import base64
import concurrent.futures
import difflib
import fnmatch
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zlib

HERE = pathlib.Path(__file__).resolve().parent
VERSIONS = {"helm4": "v4.2.4", "helm3": "v3.21.4"}
FIXED_ARGS = ["--namespace", "ns", "--kube-version", "v1.36.0"]
CHART_YAML = "apiVersion: v2\nname: c\nversion: 0.1.0\n"
CASE_KEYS = {"name", "about", "template", "helpers", "values", "files", "binary", "chart", "release", "args"}
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TIMEOUT_SECONDS = 60


def main():
    options = parse_options()
    if options.pack:
        return pack_archives()
    cases = load_cases()
    if not options.only:
        complain_about_uncovered(cases)
    wanted = [c for c in cases if fnmatch.fnmatch(c["id"], options.only or "*")]
    status = 0
    for profile in ("helm4", "helm3"):
        binary = getattr(options, profile)
        if binary is None:
            continue
        record = {
            "helm": version_of(binary, profile),
            "arguments": ["template", "NAME", "$CHART", *FIXED_ARGS, "ARGS..."],
            "cases": run_all(binary, wanted, options.jobs),
        }
        if options.only:
            print(profile, readable(record["cases"]))
        elif options.check:
            status |= compare(profile, record)
        else:
            path_of(profile).write_text(to_json(record), encoding="utf-8")
            print(f"{profile}: {len(wanted)} cases recorded")
    return status


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--helm4", metavar="PATH", help=f"Helm {VERSIONS['helm4']}")
    parser.add_argument("--helm3", metavar="PATH", help=f"Helm {VERSIONS['helm3']}")
    parser.add_argument("--check", action="store_true", help="compare with the records, write nothing")
    parser.add_argument("--only", metavar="GLOB", help="run the cases of that name and show the result")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes at a time (default 2)")
    parser.add_argument("--pack", action="store_true", help="rebuild the chart archives from packages/")
    options = parser.parse_args()
    if not (options.helm4 or options.helm3 or options.pack):
        parser.error("give --helm4 PATH, --helm3 PATH or both")
    # Helm runs in other directories, where a relative path would lead elsewhere.
    options.helm4, options.helm3 = (
        os.path.abspath(path) if path and os.sep in path else path for path in (options.helm4, options.helm3)
    )
    return options


# Cases


def load_cases():
    """Every case of cases/*.toml, with `id` = file stem + "/" + name."""
    cases = []
    for path in sorted((HERE / "cases").glob("*.toml")):
        with path.open("rb") as file:
            content = tomllib.load(file)
        for case in content.pop("case"):
            case["id"] = f"{path.stem}/{case['name']}"
            validate(case)
            cases.append(case)
        if content:
            sys.exit(f"{path}: unknown top-level key {sorted(content)}")
    ids = [c["id"] for c in cases]
    for double in sorted({i for i in ids if ids.count(i) > 1}):
        sys.exit(f"two cases are called {double}")
    return sorted(cases, key=lambda c: c["id"])


def validate(case):
    unknown = set(case) - CASE_KEYS - {"id"}
    if unknown:
        sys.exit(f"{case['id']}: unknown key {sorted(unknown)}")
    if not NAME.fullmatch(case["name"]):
        sys.exit(f"{case['id']}: a name is made of small letters, digits and single hyphens")
    inline = {"template", "helpers", "values", "files", "binary"} & set(case)
    if "chart" in case and inline:
        sys.exit(f"{case['id']}: `chart` excludes {sorted(inline)}")
    if "chart" in case and not (HERE / "charts" / case["chart"]).exists():
        sys.exit(f"{case['id']}: there is no charts/{case['chart']}")


def complain_about_uncovered(cases):
    """Fails when a function that Helm offers appears in no case."""
    text = "\n".join(str(case) for case in cases)
    text += "\n".join(p.read_text("utf-8") for p in (HERE / "charts").glob("*/templates/*") if p.is_file())
    words = set(re.findall(r"\w+", text))
    names = (HERE / "functions.txt").read_text("utf-8").split()
    missing = [n for n in names if n not in words]
    if missing:
        sys.exit(f"no case calls: {' '.join(missing)}")


def files_of(case):
    """The inline chart as a map from path to bytes."""
    files = {"Chart.yaml": CHART_YAML}
    for key, path in (("template", "templates/t.yaml"), ("helpers", "templates/_h.tpl"), ("values", "values.yaml")):
        if key in case:
            files[path] = case[key]
    files.update(case.get("files", {}))
    content = {path: text.encode("utf-8") for path, text in files.items()}
    for path, text in case.get("binary", {}).items():
        content[path] = base64.b64decode(text)
    return content


# Running


def version_of(binary, profile):
    """The version of that Helm; it must be the pinned one.

    A Helm from `go install` prints only "v4.2"; the module's version lies in the binary.
    """
    said = subprocess.run(
        [binary, "version", "--template", "{{.Version}}"], capture_output=True, text=True, check=True
    ).stdout.strip()
    if said.count(".") < 2:
        module = rb"\nmod\thelm\.sh/helm/v\d+\t(v[0-9.]+)"
        found = re.search(module, pathlib.Path(binary).read_bytes())
        said = found.group(1).decode() if found else said
    if said != VERSIONS[profile]:
        sys.exit(f"{binary} is Helm {said}, the records need {VERSIONS[profile]}")
    return said


def run_all(binary, cases, jobs):
    with tempfile.TemporaryDirectory(prefix="helm-cases-") as scratch:
        environment = {
            "HOME": scratch, "PATH": os.defpath, "TZ": "UTC", "LANG": "C",
            "KUBECONFIG": f"{scratch}/none", "HELM_PLUGINS": f"{scratch}/none",
            "HELM_CACHE_HOME": f"{scratch}/cache", "HELM_CONFIG_HOME": f"{scratch}/config",
            "HELM_DATA_HOME": f"{scratch}/data",
        }
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            outcomes = pool.map(lambda case: run(binary, case, scratch, environment), cases)
            return {case["id"]: outcome for case, outcome in zip(cases, outcomes, strict=True)}


def run(binary, case, scratch, environment):
    if "chart" in case:
        chart = str(HERE / "charts" / case["chart"])
    else:
        chart = f"{scratch}/{case['id']}/c"
        for path, content in files_of(case).items():
            target = pathlib.Path(chart, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    release = case.get("release", "rel")
    command = [binary, "template", *([release] if release else []), chart, *FIXED_ARGS]
    command += [argument.replace("$CHART", chart) for argument in case.get("args", [])]
    done = subprocess.run(
        command, capture_output=True, env=environment, cwd=scratch, stdin=subprocess.DEVNULL,
        timeout=TIMEOUT_SECONDS, check=False,
    )
    stdout, stderr = (stream.decode("utf-8").replace(chart, "$CHART") for stream in (done.stdout, done.stderr))
    if scratch in stdout + stderr:
        sys.exit(f"{case['id']}: the output names a temporary path")
    stderr = with_sorted_warnings(stderr)
    outcome = {"exit": done.returncode, "stdout": stdout.split("\n"), "stderr": clip(stderr).split("\n")}
    if done.returncode != 0:
        outcome["error"] = describe_error(stderr)
    return outcome


def with_sorted_warnings(stderr):
    """The text with the lines before the error sorted: Helm walks maps in random order and warns as it goes."""
    warnings, error, message = stderr.partition("Error: ")
    return "".join(sorted(warnings.splitlines(keepends=True))) + error + message


def clip(text):
    """Only both ends of a text of more than 6,000 characters (a recursion without end names every level)."""
    left_out = len(text) - 6000
    return text if left_out <= 0 else f"{text[:3000]}[{left_out} characters left out]{text[-3000:]}"


# Errors

PLACE = r"(?P<template>[^\s:\"]+):(?P<line>\d+)(?::(?P<column>\d+))?"
FRAME4 = re.compile(rf"^{PLACE}\n  (?:executing \"(?P<executing>.*?)\" at <(?P<at>.*)>:\n    )?", re.M)
FRAME3 = re.compile(rf"template: {PLACE}: (?:executing \"(?P<executing>.*?)\" at <(?P<at>.*?)>: )?", re.S)
SHORT = re.compile(rf"(?P<kind>parse|execution) error at \({PLACE}\): (?P<message>.*)", re.S)
KINDS = [  # first match wins; the message itself stays as Helm wrote it
    ("manifest", r"YAML parse error on (?P<template>\S+): "),
    ("schema", r"values don't meet the specifications of the schema"),
    ("values", r"failed (to parse|parsing) |cannot load values|cannot unmarshal|\$CHART/values|type mismatch on|^open \S+: no such file"),
    ("chart", r"chart\.metadata|Chart\.yaml|dependencies|chart requires|library chart|not a chart|charts are not installable|double-star|error unpacking subchart|unsupported chart version"),
    ("usage", r"unknown flag|could not find template|flag needs an argument|unknown command|requires at least|invalid kube version|invalid release name|expected at most"),
]


def describe_error(stderr):
    """The error in parts: kind, message, and the places it names, outermost first."""
    at = stderr.find("Error: ")
    text = stderr[at + len("Error: ") :] if at >= 0 else stderr
    text = text.removesuffix("\n").removesuffix("\n\nUse --debug flag to render out invalid YAML")
    if short := SHORT.match(text):
        kind = "parse" if short["kind"] == "parse" else "fail"
        return error(kind, short["message"], [frame(short)])
    for pattern in (FRAME4, FRAME3):
        frames = list(pattern.finditer(text))
        if frames and frames[0].start() == 0:
            message = text[frames[-1].end() :].replace(":\ntemplate: ", ": template: ")
            return error("execute", message, [frame(f) for f in frames])
    for kind, pattern in KINDS:
        if found := re.search(pattern, text):
            trail = [{"template": found["template"]}] if kind == "manifest" else []
            return error(kind, text, trail)
    return error("other", text, [])


def frame(match):
    found = match.groupdict()
    place = {"template": found["template"], "line": int(found["line"])}
    if found["column"]:
        place["column"] = int(found["column"])
    for key in ("executing", "at"):
        if found.get(key) is not None:
            place[key] = found[key]
    return place


def error(kind, message, trail):
    place = {k: v for k, v in trail[-1].items() if k in ("template", "line", "column")} if trail else {}
    outcome = {"kind": kind, **place, "message": message, "depth": len(trail), "trail": trail}
    if len(trail) > 12:
        outcome["trail"] = trail[:4] + [None] + trail[-4:]
    return outcome


# Records


def path_of(profile):
    return HERE / "recorded" / f"{profile}.json"


def to_json(record):
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def readable(cases):
    parts = []
    for name, outcome in cases.items():
        parts.append(f"\n==== {name} exit {outcome['exit']}")
        parts += [part for part in ("\n".join(outcome["stdout"]), "\n".join(outcome["stderr"])) if part]
        if "error" in outcome:
            parts.append(json.dumps(outcome["error"]))
    return "\n".join(parts)


def compare(profile, record):
    new = to_json(record)
    old = path_of(profile).read_text("utf-8")
    if new == old:
        print(f"{profile}: {len(record['cases'])} cases, all as recorded")
        return 0
    known = json.loads(old)["cases"]
    for name in sorted(set(known) | set(record["cases"])):
        before, after = known.get(name), record["cases"].get(name)
        if before != after:
            print(f"{profile}: {name} differs")
            lines = (json.dumps(x, indent=1, ensure_ascii=False).splitlines() for x in (before, after))
            print("\n".join(difflib.unified_diff(*lines, "recorded", "now", lineterm="")))
    print(f"{profile}: differs from {path_of(profile)}")
    return 1


# Archives


def pack_archives():
    """Packs each folder packages/CHART/NAME.tgz into charts/CHART/charts/NAME.tgz.

    Stored, not compressed: the bytes then depend on nothing but the files.
    """
    for source in sorted((HERE / "packages").glob("*/*.tgz")):
        target = HERE / "charts" / source.parent.name / "charts" / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(archive_of(source))
        print(f"packed {target.relative_to(HERE)}")
    return 0


def archive_of(folder):
    """The folder as an archive; a folder NAME.tgz inside becomes one too, a folder `_up` is called `..`."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder)
            if any(part.endswith(".tgz") for part in name.parts[:-1]):
                continue
            entry = tarfile.TarInfo(name.as_posix().replace("_up/", "../"))
            entry.mode = 0o644
            if path.is_symlink():
                entry.type, entry.linkname = tarfile.SYMTYPE, os.readlink(path)
                archive.addfile(entry)
            elif path.is_file() or path.suffix == ".tgz":
                content = archive_of(path) if path.is_dir() else path.read_bytes()
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
    return gzip_stored(plain.getvalue())


def gzip_stored(data):
    """A gzip member without compression, time or name (RFC 1952, RFC 1951 section 3.2.4)."""
    blocks = [data[i : i + 0xFFFF] for i in range(0, len(data), 0xFFFF)] or [b""]
    body = b"".join(
        bytes([i == len(blocks) - 1]) + len(b).to_bytes(2, "little") + (len(b) ^ 0xFFFF).to_bytes(2, "little") + b
        for i, b in enumerate(blocks)
    )
    head = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    return head + body + zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")


if __name__ == "__main__":
    sys.exit(main())
