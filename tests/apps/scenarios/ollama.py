"""Ollama: the engine alone, and behind its proxy."""

from .play import Play
from .stage import request

TOKEN = "0123456789abcdef0123456789abcdef"


def alone(stage):
    stage.install("ollama", ["ollama.yaml"])
    pod = stage.cluster.pod("Deployment")
    stage.version("Ollama", pod.object["spec"]["containers"][0]["image"])
    stage.runs(pod, 60)
    stage.same("GET /api/version", 200, request(stage.url("ollama", 11434, "/api/version"))[0])
    stage.same("GET /health, which is not there", 404, request(stage.url("ollama", 11434, "/health"))[0])
    stage.stops(pod)


def proxied(stage):
    stage.install("ollama", ["ollama.yaml", "ollama-proxy.yaml"], vault={"ollama-token": {"token": TOKEN}})
    pod = stage.cluster.pod("Deployment")
    stage.runs(pod, 60)
    service = next(one for one in stage.cluster.objects if one["kind"] == "Service" and "proxy" in one["metadata"]["name"])
    url = stage.url(service["metadata"]["name"], service["spec"]["ports"][0]["port"], "/api/version")
    stage.same("without a token", 401, request(url)[0])
    stage.same("with a wrong token", 401, request(url, token="x" * 32)[0])
    stage.same("with the token", 200, request(url, token=TOKEN)[0])
    stage.stops(pod)


def pull_fails(stage):
    """A model that cannot be fetched ends the init container, and says why."""
    stage.install("ollama", ["ollama.yaml", "ollama-models.yaml"])
    pod = stage.cluster.pod("Deployment")
    try:
        pod.start(init_limit=120)
        seen = "the pod started"
    except Exception as error:
        seen = str(error)
    stage.add("a model that no registry gives", "the init container fails and names the model",
              next((line for line in seen.splitlines()[::-1] if "tiny-of-nobody" in line), seen)[:160],
              "could not be pulled" in seen)


PLAYS = [
    Play("ollama", "Ollama", "alone, no model", alone),
    Play("ollama-proxy", "Ollama", "behind its proxy", proxied),
    Play("ollama-pull", "Ollama", "no registry", pull_fails),
]
