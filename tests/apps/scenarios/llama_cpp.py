"""llama.cpp's server: a model that is there at once, one that takes its time, and none."""

import threading

from kubelet import probes, volumes
from kubelet.pod import Failed

from .models import model
from .play import Play
from .stage import TOKEN, answered, chat, proxied, request


def installed(stage, size, *values, **options):
    """The chart with a model on its volume: (pod, base URL)."""
    stage.install("llama-cpp", ["llama-cpp.yaml", *values], **options)
    claims = [one["metadata"]["name"] for one in stage.cluster.objects if one["kind"] == "PersistentVolumeClaim"]
    if size:
        volumes.seed(stage.cluster.claim(claims[0]), {"model.gguf": model(size)})
    pod = stage.cluster.pod("Deployment", "llama-cpp")
    stage.version("llama.cpp", pod.object["spec"]["containers"][0]["image"])
    return pod, stage.url("llama-cpp", 8080)


def alone(stage):
    pod, url = installed(stage, "tiny")
    stage.runs(pod, 120)
    status, reply = request(url + "/v1/models")
    stage.same("GET /v1/models", 200, status)
    name = reply["data"][0]["id"] if status == 200 else ""
    status, reply = request(url + "/v1/chat/completions", chat(name))
    stage.add("a chat request", "200 and an answer", f"{status}, {len(answered(reply) or '')} characters",
              status == 200 and answered(reply))
    stage.add("GET /slots, which shows prompts", "refused", request(url + "/slots")[0], request(url + "/slots")[0] >= 400)
    stage.add("GET /", "no page", request(url + "/")[0], request(url + "/")[0] >= 400)
    stage.stops(pod)


def behind(stage):
    """Behind its proxy, which asks for a token."""
    pod, _ = installed(stage, "tiny", "proxy.yaml", vault={"llama-cpp-token": {"token": TOKEN}})
    stage.runs(pod, 120)
    url = proxied(stage, "llama-cpp", "/v1/models")
    status, reply = request(url + "/v1/chat/completions", chat("model"), token=TOKEN)
    stage.add("a chat request with the token", "200 and an answer", f"{status}, {len(answered(reply) or '')} characters",
              status == 200 and answered(reply))
    stage.same("the same without it", 401, request(url + "/v1/chat/completions", chat("model"))[0])
    stage.stops(pod)


def loading(stage):
    """1.2 GB of weights: long enough to see what each probe says meanwhile, and what it says under load."""
    pod, url = installed(stage, "large")
    stage.runs(pod, 300)
    container = pod.containers[0]
    readiness = container.answers["readinessProbe"]
    stage.add("readiness while loading", "503 seen before 200", " → ".join(text for _, text in probes.changes(readiness)),
              any(one.seen == "503" for one in readiness))
    before = len(container.answers["livenessProbe"])
    name = request(url + "/v1/models")[1]["data"][0]["id"]
    kept = []
    slow = threading.Thread(target=lambda: kept.append(request(url + "/v1/chat/completions", chat(name, most=80), limit=300)))
    slow.start()
    slow.join()
    during = container.answers["livenessProbe"][before:]
    failed = [one for one in during if not one.passed]
    stage.add("liveness under a slow request", "passes each time", f"{len(during)} times asked, {len(failed)} failed",
              during and not failed)
    stage.add("the slow request", "200", kept[0][0], kept[0][0] == 200)
    stage.stops(pod)


def no_model(stage):
    pod, _ = installed(stage, None)
    try:
        pod.start()
        pod.wait_ready(60)
        stage.add("a model file that is not there", "the container ends and says so", "ready", False)
    except Failed as error:
        line = next((one for one in str(error).splitlines() if "model.gguf" in one), "nothing about the file")
        seen = str(error).splitlines()[0]
        stage.add("a model file that is not there", "the container ends and says so", f"{seen} {line.strip()[:120]}",
                  "ended with" in seen and "model.gguf" in line)


PLAYS = [
    Play("llama-cpp", "llama.cpp", "alone, tiny model", alone),
    Play("llama-cpp-proxy", "llama.cpp", "behind its proxy", behind),
    Play("llama-cpp-loading", "llama.cpp", "a model that loads slowly", loading),
    Play("llama-cpp-no-model", "llama.cpp", "no model on the volume", no_model),
]
