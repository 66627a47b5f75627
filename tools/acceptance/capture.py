"""Obtains upstream's sources, adds hooks to them, runs their tests, and collects the rows."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess

HOOKS = pathlib.Path(__file__).parent / "hooks"


class Failed(Exception):
    """Something upstream did not go as it should."""


def go(arguments, directory, rows=None):
    environment = dict(os.environ, TZ="UTC", GOFLAGS="-mod=mod -buildvcs=false", GOWORK="off")
    if rows:
        environment["ACCEPTANCE_ROWS"] = str(rows)
    done = subprocess.run(
        ["go", *arguments], cwd=directory, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise Failed(f"go {' '.join(arguments)} in {directory}:\n{done.stdout}{done.stderr}")
    return done.stdout


def version_of_go():
    return go(["env", "GOVERSION"], ".").strip()


def module(work, name, version):
    """A writable copy of a module of Go's module cache."""
    copy = work / f"{name.replace('/', '_')}@{version}"
    if not copy.exists():
        empty = work / "empty"
        empty.mkdir(exist_ok=True)
        found = json.loads(go(["mod", "download", "-json", f"{name}@{version}"], empty))
        shutil.copytree(found["Dir"], copy, symlinks=True)
        for path in [copy, *copy.rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o200)
    return copy


def rename(text, functions, where):
    """Renames declarations, `(t *T) f` being a method; the hooks hold functions of the old names."""
    for function in functions:
        receiver, _, name = function.rpartition(" ")
        old = f"func {receiver + ' ' if receiver else ''}{name}("
        if text.count(old) != 1:
            raise Failed(f"{where} declares {function} {text.count(old)} times")
        new = old.replace(f"{name}(", f"real{name[0].upper()}{name[1:]}(")
        text = text.replace(old, new)
    return text


def hook(name, words):
    text = (HOOKS / name).read_text()
    for old, new in words.items():
        text = text.replace(old, new)
    return text


def overlay(work):
    """Writes the overlay that puts the hooks into Go's own text/template; returns its file."""
    root = pathlib.Path(go(["env", "GOROOT"], ".").strip()) / "src/text/template"
    folder = work / "overlay"
    folder.mkdir(exist_ok=True)
    changed = {
        "exec.go": ["(t *Template) execute"],
        "template.go": ["(t *Template) Parse", "(t *Template) Clone"],
    }
    texts = {
        name: rename((root / name).read_text(), functions, name)
        for name, functions in changed.items()
    }
    for name in ["rows.go", "template_rows.go", "template_plain.go"]:
        texts[name if name == "rows.go" else "x" + name] = hook(name, {"PACKAGE": "template"})
    texts["parse/x_rows_test.go"] = hook("parse_rows_test.go", {})
    replace = {}
    for name, text in texts.items():
        file = folder / name.replace("/", "_")
        # An unchanged file keeps its time, and Go's build cache its entry.
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
        replace[str(root / name)] = str(file)
    path = folder / "overlay.json"
    path.write_text(json.dumps({"Replace": replace}))
    return path, root


@contextlib.contextmanager
def patched(work, package, suite):
    """Renames what the suite's hooks stand in for, and adds the hooks, for a while."""
    if "module" not in suite:
        yield
        return
    touched = {*suite.get("renamed", {}), *suite.get("edited", {})}
    before = {file: (package / file).read_text() for file in touched}
    added = [package / f"x{name}" for name in suite.get("hooks", {})]
    try:
        patch(package, suite)
        yield
    finally:
        for file, text in before.items():
            (package / file).write_text(text)
        for file in added:
            file.unlink(missing_ok=True)


def patch(package, suite):
    for file, functions in suite.get("renamed", {}).items():
        path = package / file
        path.write_text(rename(path.read_text(), functions, file))
    for file, (old, new) in suite.get("edited", {}).items():
        path = package / file
        text = path.read_text()
        if text.count(old) != 1:
            raise Failed(f"{file} holds {old!r} {text.count(old)} times")
        path.write_text(text.replace(old, new))
    for name, words in suite.get("hooks", {}).items():
        (package / f"x{name}").write_text(hook(name, words))


def tests_of(package, files):
    names = []
    for file in files:
        for line in (package / file).read_text().splitlines():
            if line.startswith("func Test"):
                names.append(line[len("func ") : line.index("(")])
    return names


def capture(work, suite, reuse):
    """The rows of a suite, the names of its tests, and the folder of its package."""
    rows = work / f"{suite['name'].replace(' ', '-').replace('/', '-')}.jsonl"
    overlaid, root = overlay(work)
    if "module" in suite:
        package = module(work, *suite["module"]) / suite["package"]
    else:
        package = root / suite["package"]
    if not (reuse and rows.exists()):
        rows.unlink(missing_ok=True)
        with patched(work, package, suite):
            arguments = ["test", "-count=1", "-vet=off", "-parallel=1", "-p=1"]
            if suite.get("overlay", True):
                arguments.append(f"-overlay={overlaid}")
            if "skip" in suite:
                arguments.append(f"-skip={suite['skip']}")
            names = suite.get("run") or f"^({'|'.join(tests_of(package, suite['files']))})$"
            if suite["files"]:
                arguments.append(f"-run={names}")
            partial = rows.with_suffix(".part")
            partial.unlink(missing_ok=True)
            go([*arguments, "."], package, partial)
            partial.rename(rows)
    text = rows.read_text()
    return [json.loads(line) for line in text.splitlines()], tests_of(package, suite["files"]), package
