"""Rendered objects and the Pod templates in them."""

import base64
import copy
import subprocess

import yaml


class RenderError(Exception):
    """The chart did not render."""


def render(program, chart, release, namespace, values, sets=(), apis=()):
    """All objects of a chart, hooks and tests among them, as real Helm would make them."""
    command = [program, "render", release, str(chart), "--namespace", namespace, "--siblings"]
    for file in values:
        command += ["--values", str(file)]
    for one in sets:
        command += ["--set", one]
    for one in apis:
        command += ["--api-versions", one]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise RenderError(f"{chart}: {done.stderr.strip()}")
    return [one for one in yaml.safe_load_all(done.stdout) if one]


def hook(thing):
    """The hooks that an object is of, or an empty list."""
    named = (thing["metadata"].get("annotations") or {}).get("helm.sh/hook", "")
    return [one.strip() for one in named.split(",") if one.strip()]


def data_of(thing):
    """The bytes of each key of a ConfigMap or Secret."""
    result = {}
    for key, value in (thing.get("binaryData") or {}).items():
        result[key] = base64.b64decode(value)
    for key, value in (thing.get("data") or {}).items():
        result[key] = base64.b64decode(value) if thing["kind"] == "Secret" else value.encode("utf8")
    for key, value in (thing.get("stringData") or {}).items():
        result[key] = value.encode("utf8")
    return result


def pod_of(workload):
    """A Pod as the workload's controller would make it, without a node yet."""
    if workload["kind"] == "Pod":
        made = copy.deepcopy(workload)
        made["metadata"].setdefault("namespace", "default")
        return made
    spec = workload["spec"]
    if workload["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    template = copy.deepcopy(spec["template"])
    ordinal = "-0" if workload["kind"] == "StatefulSet" else "-7c9f8-x2k4p"
    metadata = template.setdefault("metadata", {})
    metadata["name"] = workload["metadata"]["name"] + ordinal
    metadata["namespace"] = workload["metadata"].get("namespace", "default")
    metadata["uid"] = "00000000-0000-4000-8000-000000000001"
    for claim in spec.get("volumeClaimTemplates") or []:
        name = claim["metadata"]["name"]
        volumes = template["spec"].setdefault("volumes", [])
        volumes[:] = [one for one in volumes if one["name"] != name]
        volumes.append({"name": name, "persistentVolumeClaim": {"claimName": f"{name}-{metadata['name']}"}})
    return {"kind": "Pod", "metadata": metadata, "spec": template["spec"], "status": {}}


def selects(service, pod):
    """Whether the Service's selector matches the pod's labels."""
    wanted = (service.get("spec") or {}).get("selector") or {}
    labels = pod["metadata"].get("labels") or {}
    return bool(wanted) and all(labels.get(key) == value for key, value in wanted.items())


def container_port(pod, target):
    """The number of a port that is given by number or by name; None where no container has that name."""
    if isinstance(target, int):
        return target
    if str(target).isdigit():
        return int(target)
    for container in [*pod["spec"]["containers"], *(pod["spec"].get("initContainers") or [])]:
        for port in container.get("ports") or []:
            if port.get("name") == target:
                return port["containerPort"]
    return None
