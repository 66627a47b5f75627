"""vLLM: nothing is started, but its modules can be read."""

import re

from .play import Play


def read(stage):
    stage.install("vllm", ["vllm.yaml", "metrics.yaml"])
    pod = stage.cluster.pod_of(next(one for one in stage.cluster.objects if one["kind"] in ("Deployment", "StatefulSet")))
    spec = pod.object["spec"]["containers"][0]
    stage.version("vLLM", spec["image"])
    stage.read(spec)
    stage.mentioned("arguments", spec["image"], {word for word in spec["args"] if word.startswith("--")})
    stage.mentioned("paths of the probes", spec["image"], {spec[kind]["httpGet"]["path"] for kind in spec if kind.endswith("Probe")})
    rules = [one for one in stage.cluster.objects if one["kind"] == "PrometheusRule"]
    stage.mentioned("metrics of the alerts", spec["image"], set(re.findall(r"vllm:\w+", str(rules))))


PLAYS = [Play("vllm", "vLLM", "its modules are read, nothing is started", read)]
