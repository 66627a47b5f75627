"""LiteLLM: the gateway without a database, without an engine behind it."""

import time

from kubelet import environment
from kubelet.network import NODE

from .play import Play
from .services import redis, redis_connections
from .stage import answered, chat, request, scraped

MASTER = "sk-0123456789abcdef0123456789abcdef"
VAULT = {"litellm-keys": {"master-key": MASTER, "salt-key": "salt-0123456789abcdef0123456789abcdef"}}
WRONG = "sk-" + "f" * 32


def installed(stage, *values, vault=None):
    """The chart: (pod, base URL)."""
    stage.install("litellm", ["litellm.yaml", *values], vault={**VAULT, **(vault or {})})
    pod = stage.cluster.pod("Deployment", "litellm")
    stage.version("LiteLLM", pod.object["spec"]["containers"][0]["image"])
    return pod, stage.url("litellm", 4000)


def refuses(stage, url):
    """What a caller without a key, or with a wrong one, gets."""
    for path in ("/v1/models", "/health", "/metrics"):
        stage.same(f"GET {path} without a key", 401, request(url + path)[0])
    stage.same("a chat request without a key", 401, request(url + "/v1/chat/completions", chat("tiny"))[0])
    status = request(url + "/v1/models", token=WRONG)[0]
    stage.add("GET /v1/models with a wrong key", "400 (no database to look it up in) or 401", status, status in (400, 401))
    stage.same("GET /v1/models with the master key", 200, request(url + "/v1/models", token=MASTER)[0])


def alone(stage):
    """No engine: ready all the same, and a chat request says what is wrong."""
    pod, url = installed(stage)
    stage.runs(pod, 300)
    refuses(stage, url)
    for path in ("/", "/docs", "/openapi.json", "/ui/"):
        status, text = request(url + path)
        stage.add(f"GET {path}", "no page, no description of the API", f"{status}: {str(text)[:60]}",
                  "<html" not in str(text).lower() and "paths" not in text)
    status, reply = request(url + "/v1/chat/completions", chat("tiny"), token=MASTER, limit=120)
    stage.add("a chat request while the engine is away", "an error", status or reply, status >= 500)
    status, reply = request(url + "/health/readiness")
    stage.same("readiness while the engine is away", 200, status or reply)
    stage.helm_tests()
    stage.stops(pod)


def monitored(stage):
    pod, url = installed(stage, "metrics.yaml")
    stage.runs(pod, 300)
    # To an engine that is away, to have something to count.
    request(url + "/v1/chat/completions", chat("tiny"), token=MASTER, limit=120)
    time.sleep(2)
    status, text = scraped(f"http://{pod.address}:4001/metrics")
    stage.add("GET /metrics on the port for scrapers", "200 and metrics of LiteLLM",
              f"{status}, {str(text).count('# TYPE litellm_')} metrics", status == 200 and "# TYPE litellm_" in str(text))
    stage.alerts(r"litellm_(?:deployment|proxy)_\w+", str(text))
    stage.stops(pod)


def behind(stage):
    """In front of llama.cpp's server."""
    from . import llama_cpp

    engine, _ = llama_cpp.installed(stage, "tiny")
    engine.start().wait_ready(120)
    pod, url = installed(stage)
    stage.runs(pod, 300)
    status, reply = request(url + "/v1/chat/completions", chat("tiny"), token=MASTER)
    stage.add("a chat request", "200 and an answer", f"{status}, {len(answered(reply) or '')} characters",
              status == 200 and answered(reply))
    status, text = request(url + "/v1/chat/completions", {**chat("tiny"), "stream": True}, token=MASTER)
    lines = str(text).count("data: ")
    stage.add("a chat request that streams", "200 and several pieces", f"{status}, {lines} pieces", status == 200 and lines > 2)
    stage.same("a chat request without a key", 401, request(url + "/v1/chat/completions", chat("tiny"))[0])
    status, _ = request(url + "/v1/chat/completions", chat("tiny"), token=WRONG)
    stage.add("a chat request with a wrong key", "400 (no database to look it up in) or 401", status, status in (400, 401))
    stage.same("a model that is not declared", 400,
               request(url + "/v1/chat/completions", chat("other"), token=MASTER)[0])
    engine.kill()
    status, _ = request(url + "/v1/chat/completions", chat("tiny"), token=MASTER, limit=120)
    stage.add("a chat request after the engine died", "an error", status, status >= 500)
    stage.same("liveness after the engine died", 200, request(url + "/health/liveliness")[0])
    stage.stops(pod)


def limited(stage):
    """With Redis, in which pods keep their limits together."""
    store = redis(stage.cluster.scratch, "redis-0123456789")
    try:
        stage.cluster.alias("redis", NODE, {6379: 16379})
        pod, url = installed(stage, "litellm-redis.yaml", vault={"litellm-redis": {"password": "redis-0123456789"}})
        stage.runs(pod, 300)
        stage.same("GET /v1/models with the master key", 200, request(url + "/v1/models", token=MASTER)[0])
        taken = redis_connections("redis-0123456789") - 1
        stage.add("connections of the pod at Redis", "some", taken, taken > 0)
        store.stop()
        stage.same("readiness without Redis", 200, request(url + "/health/readiness")[0])
        stage.same("GET /v1/models without Redis", 200, request(url + "/v1/models", token=MASTER)[0])
        stage.stops(pod)
    finally:
        store.stop()


def with_database(stage):
    """Prisma's engine is in no registry, so nothing is started: what can be seen without it."""
    stage.install("litellm", ["litellm.yaml", "litellm-database.yaml"],
                  vault={**VAULT, "litellm-database": {"username": "u", "password": "p"}})
    pod = stage.cluster.pod("Deployment", "litellm")
    jobs = [stage.cluster.pod_of(one) for one in stage.cluster.hooks if one["kind"] == "Job"]
    for one in [pod, *jobs]:
        one.object["status"] = {"podIP": "10.77.0.2"}
        for container in one.object["spec"]["containers"]:
            stage.read(container)
            known = environment.variables(container, one.object, stage.cluster, {"cpu": "2"})
            stage.same(f"address of the database in {container['name']}", "postgres.ai.svc:5432/litellm, u, p",
                       f"{known['DATABASE_HOST']}/{known['DATABASE_NAME']}, {known['DATABASE_USERNAME']}, {known['DATABASE_PASSWORD']}")


PLAYS = [
    Play("litellm", "LiteLLM", "alone, without a database and without an engine", alone),
    Play("litellm-metrics", "LiteLLM", "with metrics", monitored),
    Play("litellm-redis", "LiteLLM", "with Redis", limited),
    Play("litellm-database", "LiteLLM", "with Postgres: its variables, nothing is started", with_database),
    Play("litellm-llama", "LiteLLM", "in front of llama.cpp", behind),
]
