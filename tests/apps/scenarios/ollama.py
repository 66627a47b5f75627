"""Ollama: the engine alone, and behind its proxy."""

from kubelet import volumes

from .models import model
from .play import Play
from .stage import TOKEN, answered, chat, proxied, request


def alone(stage):
    stage.install("ollama", ["ollama.yaml"])
    pod = stage.cluster.pod("Deployment")
    stage.version("Ollama", pod.object["spec"]["containers"][0]["image"])
    stage.runs(pod, 60)
    stage.same("GET /api/version", 200, request(stage.url("ollama", 11434, "/api/version"))[0])
    stage.same("GET /health, which is not there", 404, request(stage.url("ollama", 11434, "/health"))[0])
    stage.stops(pod)


def behind(stage):
    stage.install("ollama", ["ollama.yaml", "proxy.yaml"], vault={"ollama-token": {"token": TOKEN}})
    pod = stage.cluster.pod("Deployment")
    stage.runs(pod, 60)
    proxied(stage, "ollama", "/api/version")
    stage.stops(pod)


def with_model(stage):
    """A model that is on the volume already: nothing is fetched, readiness asks for the model, it answers."""
    stage.install("ollama", ["ollama.yaml", "ollama-model.yaml"])
    claim = next(one["metadata"]["name"] for one in stage.cluster.objects if one["kind"] == "PersistentVolumeClaim")
    volumes.seed(stage.cluster.claim(claim), {"import/model.gguf": model("tiny")})
    maker = stage.cluster.pod("Deployment")
    # The same pod without its init container brings the model in, as a person would with `ollama create`.
    maker.object["spec"].pop("initContainers")
    maker.start()
    container = maker.containers[0]
    made = "FROM /models/import/model.gguf"
    command = f"until ollama list >/dev/null 2>&1; do sleep 0.2; done; echo '{made}' >/tmp/Modelfile; ollama create tiny -f /tmp/Modelfile"
    status, output = container.run(["/bin/sh", "-c", command], 120)
    stage.add("ollama create", "ends with 0", f"{status}: {output.strip()[-120:]}" if status else "ended with 0", status == 0)
    maker.kill()
    pod = stage.cluster.pod("Deployment")
    stage.version("Ollama", pod.object["spec"]["containers"][0]["image"])
    stage.runs(pod, 120)
    url = stage.url("ollama", 11434)
    status, reply = request(url + "/v1/chat/completions", chat("tiny"), limit=120)
    stage.add("a chat request", "200 and an answer", f"{status}, {len(answered(reply) or '')} characters",
              status == 200 and answered(reply))
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
    Play("ollama-proxy", "Ollama", "behind its proxy", behind),
    Play("ollama-model", "Ollama", "with a model on its volume", with_model),
    Play("ollama-pull", "Ollama", "no registry", pull_fails),
]
