"""Programs: real Helm, whose answers are kept, and Plimsoll."""

import concurrent.futures
import dataclasses
import hashlib
import json
import os
import pathlib
import re
import subprocess
import time
import zlib

LIMIT = 120  # seconds for one rendering
ALWAYS = ["--kube-version", "v1.36.0"]


@dataclasses.dataclass
class Answer:
    """What a program printed for one chart and values set; `code` is None if time ran out."""

    code: int | None
    out: str
    err: str
    seconds: float


def ask(command, home):
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TZ": "UTC"}
    began = time.monotonic()
    try:
        done = subprocess.run(command, capture_output=True, timeout=LIMIT, env=environment, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return Answer(None, "", "", LIMIT)
    seconds = round(time.monotonic() - began, 3)
    return Answer(done.returncode, done.stdout.decode("utf8", "replace"), done.stderr.decode("utf8", "replace"), seconds)


class Helm:
    """A real Helm. Its answers are kept by its version, the chart's hash, the values and the options."""

    def __init__(self, path, cache):
        self.path = path
        self.cache = pathlib.Path(cache)
        self.home = self.cache / "home"
        self.home.mkdir(parents=True, exist_ok=True)
        said = ask([path, "version", "--template", "{{.Version}}"], self.home).out.strip()
        binary = pathlib.Path(path).read_bytes()
        self.salt = f"{said} {hashlib.sha256(binary).hexdigest()}"
        self.version = complete(said, binary)

    def answers(self, chart, chart_digest, values, count):
        """The first `count` answers to the same question; only missing ones are asked for."""
        place = self.place(chart_digest, values)
        kept = json.loads(zlib.decompress(place.read_bytes())) if place.exists() else []
        known = [Answer(**answer) for answer in kept]
        if len(known) < count:
            command = [self.path, "template", "rel", str(chart), *ALWAYS, *values.arguments()]
            known += [self.hidden(ask(command, self.home), chart, values) for _ in range(count - len(known))]
            place.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps([dataclasses.asdict(answer) for answer in known])
            place.write_bytes(zlib.compress(text.encode(), 1))
        return known[:count]

    @staticmethod
    def hidden(answer, chart, values):
        answer.err = without_paths(answer.err, chart, values)
        return answer

    def place(self, chart_digest, values):
        content = values.file.read_bytes() if values.file else b""
        question = json.dumps([self.salt, chart_digest, ALWAYS, values.options]).encode()
        key = hashlib.sha256(question + content).hexdigest()
        return self.cache / "helm" / key[:2] / key


def complete(version, binary):
    """A Helm from `go install` prints only "v4.2"; the module's version lies in the binary."""
    module = re.search(rb"\nmod\thelm\.sh/helm/v\d+\t(v[0-9.]+)", binary)
    return module.group(1).decode() if module and version.count(".") < 2 else version


class Plimsoll:
    def __init__(self, path, home):
        self.path = path
        self.home = home
        self.version = ask([path, "--version"], home).out.strip()

    def answer(self, chart, values, profile):
        command = [self.path, "render", "rel", str(chart), "--helm-profile", profile, *ALWAYS, *values.arguments()]
        answer = ask(command, self.home)
        answer.err = without_paths(answer.err, chart, values)
        return answer


def without_paths(text, chart, values):
    """Where the chart lies on this machine says nothing about the programs."""
    if values.file:
        text = text.replace(str(values.file), "$VALUES")
    return text.replace(str(chart), "$CHART")


def in_parallel(jobs, work, items):
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(work, items))
