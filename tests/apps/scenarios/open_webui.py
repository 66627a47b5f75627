"""Open WebUI: alone, with Postgres and Redis, and in front of LiteLLM in front of llama.cpp, with a browser."""

import json
import subprocess
import time

import install

from . import litellm, llama_cpp
from .play import Play
from .services import postgres, redis
from .stage import answered, chat, request

EMAIL, PASSWORD = "admin@example.com", "correct-horse-battery-staple"
HOST = "chat.example.com"
SECRETS = {
    "secret-key": "0123456789abcdef0123456789abcdef",
    "admin-password": PASSWORD,
    "gateway-key": litellm.MASTER,
}


def installed(stage, *values, vault=None):
    """The chart: (pod, base URL)."""
    stage.install("open-webui", ["open-webui.yaml", *values], vault={"open-webui-keys": SECRETS, **(vault or {})})
    workload = next(one for one in stage.cluster.objects
                    if one["kind"] in ("Deployment", "StatefulSet") and one["metadata"]["name"] == "open-webui")
    pod = stage.cluster.pod(workload["kind"], "open-webui")
    stage.version("Open WebUI", pod.object["spec"]["containers"][0]["image"])
    return pod, stage.url("open-webui", 8080)


def signs_in(stage, url):
    """The first administrator can sign in, nobody can sign up: the token."""
    status, _ = request(url + "/api/v1/auths/signup", {"email": "b@example.com", "password": PASSWORD, "name": "b"})
    stage.same("signing up", 403, status)
    status, reply = request(url + "/api/v1/auths/signin", {"email": EMAIL, "password": PASSWORD})
    role = reply.get("role") if isinstance(reply, dict) else None
    stage.add("signing in as the administrator of the chart", "200, admin", f"{status}, {role}", (status, role) == (200, "admin"))
    return reply.get("token") if isinstance(reply, dict) else None


def alone(stage):
    pod, url = installed(stage)
    stage.runs(pod, 400)
    signs_in(stage, url)
    stage.same("GET /api/models without a token", 401, request(url + "/api/models")[0])
    stage.same("a chat request without a token", 401, request(url + "/api/chat/completions", chat("tiny"))[0])
    stage.same("GET /static/favicon.png", 200, request(url + "/static/favicon.png")[0])
    stage.helm_tests()
    stage.stops(pod)


def again(stage):
    """A second start finds the first one's data and signs nobody out."""
    pod, url = installed(stage)
    pod.start().wait_ready(400)
    token = request(url + "/api/v1/auths/signin", {"email": EMAIL, "password": PASSWORD})[1].get("token")
    stage.stops(pod)
    pod = stage.cluster.pod_of(pod.workload)
    stage.runs(pod, 400)
    stage.same("the token of before", 200, request(url + "/api/models", token=token)[0])
    stage.stops(pod)


def shared(stage):
    """Two replicas with Postgres and Redis, and what happens when the database goes and comes back."""
    # Characters that would end a part of a URL.
    words = {"username": "owui", "password": "pg-01@23/45:67?89#%"}
    database = postgres(stage.cluster.scratch, "openwebui", words["username"], words["password"])
    store = redis(stage.cluster.scratch, "redis-0123456789")
    try:
        stage.cluster.alias("postgres", "10.77.0.1", {5432: 15432})
        stage.cluster.alias("redis", "10.77.0.1", {6379: 16379})
        first, url = installed(stage, "open-webui-shared.yaml",
                               vault={"open-webui-database": words, "open-webui-redis": {"password": "redis-0123456789"}})
        stage.jobs()
        stage.runs(first, 400)
        second = stage.cluster.pod_of(first.workload)
        second.start().wait_ready(400)
        token = signs_in(stage, url)
        for pod in (first, second):
            stage.same(f"the token at {'the first' if pod is first else 'the second'} pod", 200,
                       request(f"http://{pod.address}:8080/api/models", token=token)[0])
        database.stop()
        for kind, wanted in (("livenessProbe", True), ("readinessProbe", False)):
            answers = stage.asked_now(first, kind)
            expected = "passes" if wanted else "fails"
            stage.add(f"{kind.removesuffix('Probe')} without the database", expected, ", ".join({one.seen for one in answers}) or "nothing",
                      answers and all(one.passed == wanted for one in answers))
        database.start()
        began = time.monotonic()
        while not first.ready() and time.monotonic() < began + 60:
            time.sleep(0.2)
        stage.add("readiness when the database is back", "passes again", "passes" if first.ready() else "fails", first.ready(),
                  round(time.monotonic() - began, 1))
        stage.stops(second)
        stage.stops(first)
    finally:
        database.stop()
        store.stop()


def stack(stage):
    """Browser → Open WebUI → LiteLLM → llama.cpp."""
    engine, _ = llama_cpp.installed(stage, "tiny")
    engine.start()
    gateway, gateway_url = litellm.installed(stage)
    gateway.start()
    pod, url = installed(stage)
    engine.wait_ready(120)
    gateway.wait_ready(300)
    stage.runs(pod, 400)
    token = signs_in(stage, url)
    status, reply = request(url + "/api/models", token=token)
    names = [one["id"] for one in reply.get("data", [])] if status == 200 else []
    stage.same("the models that it offers", ["tiny"], names)
    status, reply = request(url + "/api/chat/completions", chat("tiny"), token=token)
    stage.add("a chat request through all three", "200 and an answer", f"{status}, {len(answered(reply) or '')} characters",
              status == 200 and answered(reply))
    stage.same("the same without a token", 401, request(url + "/api/chat/completions", chat("tiny"))[0])
    stage.same("past it, at the gateway, without a key", 401, request(gateway_url + "/v1/chat/completions", chat("tiny"))[0])
    browse(stage)
    for one in (pod, gateway, engine):
        stage.stops(one)


def browse(stage):
    """A person's way, in a real browser, over HTTPS as a Route gives it."""
    tools = install.installed("playwright-core")
    if tools is None:
        raise FileNotFoundError("playwright-core is not installed: python3 tests/apps/install.py playwright-core")
    certificate = stage.cluster.scratch / "front.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", certificate, "-out",
                    certificate.with_suffix(".crt"), "-subj", f"/CN={HOST}", "-days", "2"], check=True, capture_output=True)
    certificate.write_text(certificate.read_text() + certificate.with_suffix(".crt").read_text())
    stage.cluster.network.front(("ai", "open-webui"), 8080, certificate)
    picture = stage.artefacts / "open-webui.png"
    done = subprocess.run(
        ["node", install.HERE / "browser.mjs", tools, f"https://{HOST}/", "10.77.0.1", "tiny", picture],
        input=json.dumps({"email": EMAIL, "password": PASSWORD}), capture_output=True, text=True, timeout=400,
    )
    if done.returncode:
        stage.add("the browser", "runs", done.stderr.strip()[-200:], False)
        return
    seen = json.loads(done.stdout)
    if "failure" in seen:
        print(seen)
    stage.add("browser: the first page", "asks to sign in", seen.get("login", "nothing").partition("?")[0], "/auth" in seen.get("login", ""))
    stage.add("browser: the model", "tiny is chosen", seen.get("chosen", "none"), "tiny" in seen.get("chosen", ""))
    answer = seen.get("answer", "")
    stage.add("browser: a message", "an answer appears", seen.get("failure") or f"{len(answer)} characters", bool(answer) and "failure" not in seen)
    stage.add("browser: errors in the page", "none", "; ".join(seen["errors"]) or "none", not seen["errors"])
    stage.add("browser: other hosts", "none asked for", ", ".join(seen["foreign"]) or "none", not seen["foreign"])


PLAYS = [
    Play("open-webui", "Open WebUI", "alone", alone),
    Play("open-webui-again", "Open WebUI", "started again on its volume", again),
    Play("open-webui-shared", "Open WebUI", "two replicas with Postgres and Redis", shared),
    Play("stack", "The stack", "browser → Open WebUI → LiteLLM → llama.cpp", stack),
]
