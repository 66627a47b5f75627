"""What every scenario uses: a cluster, the report, and the checks that hold for every pod."""

import functools
import http.client
import json
import pathlib
import re
import subprocess
import time
import urllib.parse

from kubelet import images, probes
from kubelet.cluster import NAMESPACE

VALUES = pathlib.Path(__file__).resolve().parents[1] / "values"

# Read by the C library, the interpreter, a shell or a driver, not by one application.
EVERYWHERE = {"HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "NVIDIA_VISIBLE_DEVICES"}
# Read by what the images have and the stand-ins lack, or by what a person installs.
ELSEWHERE = {
    "CHECKPOINT_DISABLE": "Prisma's command line",
    "DO_NOT_TRACK": "many libraries",
    "HF_HOME": "huggingface_hub",
    "HF_HUB_DISABLE_TELEMETRY": "huggingface_hub",
    "LLAMA_ARG_CACHE_RAM": "the llama-server inside the chart's version of Ollama, which 0.17.4 lacks",
    "LLAMA_ARG_THREADS": "the llama-server inside the chart's version of Ollama, and llama.cpp's own",
    "MPLCONFIGDIR": "matplotlib",
    "PGPASSWORD": "libpq, inside the driver",
    "PGUSER": "libpq, inside the driver",
    "POSTGRES_DATABASE": "other variables of the chart, where its values leave the name to the Secret",
    "POSTGRES_HOST": "other variables of the chart, where its values leave the host to the Secret",
    "POSTGRES_PORT": "other variables of the chart, where its values leave the port to the Secret",
    "SCARF_NO_ANALYTICS": "unstructured",
}
TROUBLE = re.compile(r"Traceback \(most recent call last\)|Read-only file system|Permission denied|\[Errno (?:13|30)\]|EROFS|EACCES")


TOKEN = "0123456789abcdef0123456789abcdef"  # of an engine's proxy


class Missing(Exception):
    """A scenario that cannot run here: a chart or an application is not there."""


class Stage:
    """One scenario's run. `app` and `name` are its place in the report."""

    def __init__(self, app, name, cluster, report, charts, artefacts):
        self.app = app
        self.name = name
        self.cluster = cluster
        self.report = report
        self.charts = charts
        self.artefacts = artefacts

    def add(self, check, expected, seen, passed, seconds=None):
        return self.report.add(self.app, self.name, check, expected, seen, passed, seconds)

    def same(self, check, expected, seen, seconds=None):
        return self.report.same(self.app, self.name, check, expected, seen, seconds)

    def install(self, chart, values, release=None, **options):
        """Installs a chart of charts/ai, or of where --charts says, with values of tests/apps/values."""
        if not (self.charts / chart / "Chart.yaml").is_file():
            raise Missing(f"there is no chart {chart} in {self.charts}")
        return self.cluster.install(self.charts / chart, release or chart, [VALUES / one for one in values], **options)

    def runs(self, pod, limit, trouble=()):
        """Starts a pod, waits until it is ready, and reports what its probes saw on the way."""
        before = len(self.cluster.network.asked)
        pod.start()
        at = pod.wait_ready(limit)
        time.sleep(1)  # a few more answers of each probe
        for name, took in pod.init_seconds.items():
            self.add(f"init container {name}", "ends with 0", "ended with 0", True, took)
        for container in pod.containers:
            self.probed(pod, container)
            self.read(container.spec)
        self.add("pod", f"ready within {limit} s", "ready", True, at)
        self.quiet(pod, trouble)
        asked = self.cluster.network.asked[before:]
        self.add("names of other hosts", "none asked for", ", ".join(asked) or "none", not asked)
        return at

    def probed(self, pod, container):
        """The probes of one container against what each is for."""
        spec, label = container.spec, container.name if len(pod.containers) > 1 else ""
        began = 0
        for kind in probes.KINDS:
            if kind not in spec:
                continue
            answers, probe = list(container.answers[kind]), spec[kind]
            first = probes.first_pass(answers)
            what = " ".join(filter(None, [label, kind.removesuffix("Probe") + ":", probes.says(probe)]))
            seen = " → ".join(f"{text} at {at:g} s" for at, text in probes.changes(answers))
            if kind == "startupProbe":
                budget = probes.budget(probe)
                began = first or 0
                self.add(what, f"passes within {budget} s", seen, first is not None and first <= budget, first)
            elif kind == "readinessProbe":
                failed_before = "startupProbe" not in spec and first == (answers[0].at if answers else None)
                expected = "passes once ready" if failed_before else "fails until ready, then passes"
                stays = bool(answers) and answers[-1].passed
                self.add(what, expected, seen, first is not None and stays, first)
            else:
                killed = probes.killed_at(probe, answers, began)
                shown = seen if killed is None else f"{seen}; restarted at {killed} s"
                self.add(what, "never restarts it", shown, killed is None and first is not None, first)

    def read(self, spec):
        """Every variable that the container is given occurs in the application: a name that it does not read is a mistake."""
        image, entries = images.named(spec["image"]), spec.get("env") or []
        helpers = {name for entry in entries for name in re.findall(r"\$\(([^)]*)\)", entry.get("value") or "")}
        written = "".join(text for one in self.cluster.objects if one["kind"] == "ConfigMap" for text in (one.get("data") or {}).values())
        helpers |= set(re.findall(r"\w+", written))  # for instance os.environ/NAME
        names = {entry["name"] for entry in entries} - EVERYWHERE - set(ELSEWHERE) - helpers
        if not names or image.home() is None:
            return
        unknown = names - occurring(image.home(), frozenset(names))
        self.add(f"variables of {spec['name']}", "all are read by the application",
                 f"not found: {', '.join(sorted(unknown))}" if unknown else f"{len(names)} found in it", not unknown)

    def mentioned(self, what, image, words):
        """Words, as flags or paths, that must occur in the programs of an application that is not started."""
        home = images.named(image).home()
        unknown = [word for word in sorted(words) if not mentions(home, word)]
        self.add(what, "all occur in the application", f"not found: {', '.join(unknown)}" if unknown else ", ".join(sorted(words)),
                 words and not unknown)

    def alerts(self, pattern, text):
        """The application's own metrics in the chart's alerts are among those that it gives."""
        rules = [one for one in self.cluster.objects if one["kind"] == "PrometheusRule"]
        names = set(re.findall(pattern, json.dumps(rules)))
        unknown = sorted(name for name in names if name not in text)
        self.add("metrics of the alerts", "all are given", f"not given: {', '.join(unknown)}" if unknown else ", ".join(sorted(names)),
                 names and not unknown)

    def quiet(self, pod, allowed=()):
        """The log shows no traceback and no write that was refused."""
        for container in pod.containers:
            lines = [line.strip() for line in container.text().splitlines() if TROUBLE.search(line)]
            lines = [line for line in lines if not any(re.search(one, line) for one in allowed)]
            label = f"log of {container.name}"
            self.add(label, "no traceback, no refused write", f"{len(lines)} such lines: {lines[0][:160]}" if lines else "none",
                     not lines)

    def stayed(self, pod):
        """Liveness would not have restarted a container in all the time that it ran."""
        for container in pod.containers:
            answers = list(container.answers.get("livenessProbe", []))
            first = probes.first_pass(answers)
            if first is None:
                continue
            failed = [one for one in answers if one.at >= first and not one.passed]
            killed = probes.killed_at(container.spec["livenessProbe"], answers, first)
            seen = f"asked {len(answers)} times, {len(failed)} of them failed after the first success"
            self.add(f"liveness of {container.name} until its end", "never restarts it",
                     seen if killed is None else f"{seen}; restarted at {killed} s", killed is None, answers[-1].at)

    def stops(self, pod):
        """TERM ends the pod within its grace."""
        self.stayed(pod)
        grace = pod.object["spec"].get("terminationGracePeriodSeconds", 30)
        for name, status, took, killed in sorted(pod.stop()):
            seen = f"killed after {took} s" if killed else f"ended with {status}"
            self.add(f"TERM to {name}", f"ends within {grace} s", seen, not killed, took)

    def jobs(self, limit=600):
        """The charts' Jobs that are hooks, as Helm or Argo CD would run them, end well."""
        for job in [one for one in self.cluster.hooks if one["kind"] == "Job"]:
            pod = self.cluster.pod_of(job)
            began = time.monotonic()
            ends = pod.start().finish(limit)
            took = round(time.monotonic() - began, 1)
            passed = all(status == 0 for status in ends.values())
            self.add(f"Job {job['metadata']['name']}", "ends with 0", "ended with 0" if passed else str(ends), passed, took)
            self.quiet(pod)
            if not passed:
                print("\n".join(one.text()[-1500:] for one in pod.containers))

    def asked_now(self, pod, kind, times=3, limit=60):
        """The next answers of a probe of the pod's first container."""
        answers = pod.containers[0].answers[kind]
        before, deadline = len(answers), time.monotonic() + limit
        while len(answers) < before + times and time.monotonic() < deadline:
            time.sleep(0.1)
        # The first may have been under way before.
        return answers[before + 1:]

    def helm_tests(self, limit=60):
        """The charts' own tests pass."""
        for pod in self.cluster.tests():
            ends = pod.start().finish(limit)
            said = " ".join(" ".join(one.text().split()) for one in pod.containers)
            passed = all(status == 0 for status in ends.values())
            self.add(f"helm test {pod.object['metadata']['name']}", "ends with 0",
                     "ended with 0" if passed else f"{ends}: {said[-160:]}", passed)

    def version(self, app, reference):
        """Writes down the version that stands in for an image."""
        self.report.versions[app] = images.named(reference).version()

    def url(self, service, port, path=""):
        return f"http://{self.cluster.network.addresses[NAMESPACE, service]}:{port}{path}"


def proxied(stage, release, path):
    """What an engine's proxy lets through: only callers with the token, only what an engine is for."""
    service = next(one for one in stage.cluster.objects
                   if one["kind"] == "Service" and one["metadata"]["name"] == f"{release}-proxy")
    url = stage.url(service["metadata"]["name"], service["spec"]["ports"][0]["port"])
    stage.same(f"GET {path} without a token", 401, request(url + path)[0])
    stage.same(f"GET {path} with a wrong token", 401, request(url + path, token="x" * 32)[0])
    stage.same(f"GET {path} with the token", 200, request(url + path, token=TOKEN)[0])
    for other in ("/metrics", "/slots", "/props"):
        status = request(url + other, token=TOKEN)[0]
        stage.add(f"GET {other} with the token", "refused: not for callers", status, status in (403, 404))
    return url


def mentions(home, word):
    """Whether a word occurs in an application's modules, not as a part of a longer one."""
    pattern = rf"(^|[^A-Za-z0-9_/-]){re.escape(word)}([^A-Za-z0-9_/-]|$)"
    return subprocess.run(["grep", "-rqE", "--include=*.py", "-e", pattern, str(home)]).returncode == 0


@functools.cache
def occurring(home, names):
    """Those of the names that occur in an application's programs and modules, also in the small letters of a settings class."""
    pattern = "|".join(sorted(re.escape(name) for name in names))
    done = subprocess.run(["grep", "-rahowiE", "--include=*.py", "--include=*.so", "--include=llama-server",
                           pattern, str(home)], capture_output=True, text=True, errors="replace")
    program = pathlib.Path(home, "bin/ollama")
    if program.exists():  # Go lays its strings end to end, so that words have no ends there
        data = program.read_bytes()
        return {name for name in names if name.encode() in data}
    return {word.upper() for word in done.stdout.split() if word.isupper() or word.islower()}


def request(url, body=None, token=None, limit=60, method=None, headers=None):
    """One HTTP request: (status, body as JSON where it is JSON, else text). 0 and the reason where there is no answer."""
    parts = urllib.parse.urlsplit(url)
    sent = {"Content-Type": "application/json", **(headers or {})}
    if token:
        sent["Authorization"] = f"Bearer {token}"
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=limit)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        data = None if body is None else json.dumps(body).encode("utf8")
        connection.request(method or ("GET" if body is None else "POST"), path, body=data, headers=sent)
        reply = connection.getresponse()
        text = reply.read().decode("utf8", "replace")
        try:
            return reply.status, json.loads(text)
        except ValueError:
            return reply.status, text
    except (OSError, http.client.HTTPException) as error:
        return 0, probes.reason(error)
    finally:
        connection.close()


def scraped(url):
    """What Prometheus gets, which follows a redirect: (status, text)."""
    status, text = request(url)
    return request(url + "/") if status == 307 else (status, text)


def chat(model, text="Say something.", most=8):
    """A small chat request in OpenAI's form."""
    return {"model": model, "messages": [{"role": "user", "content": text}], "max_tokens": most}


def answered(reply):
    """The text of a chat answer, or None if the reply is none."""
    try:
        return reply["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        return None
