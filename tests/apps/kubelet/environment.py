"""A container's environment and arguments, put together as a kubelet does."""

import re

from . import quantity

REFERENCE = re.compile(r"\$(?:\$|\(([^)]*)\))")


class ConfigError(Exception):
    """What a kubelet reports as CreateContainerConfigError."""


def expand(text, known):
    """`$(NAME)` becomes its value where NAME is known, `$$` one dollar sign; the rest stays as it is."""

    def one(found):
        if found[0] == "$$":
            return "$"
        return known.get(found[1], found[0])

    return REFERENCE.sub(one, text)


def field(path, pod):
    """The value of a fieldRef; `pod` has metadata, spec and status as in the API."""
    part = re.fullmatch(r"metadata\.(labels|annotations)\['([^']+)'\]", path)
    if part:
        return str(pod["metadata"].get(part[1], {}).get(part[2], ""))
    value = pod
    for step in path.split("."):
        if not isinstance(value, dict) or step not in value:
            raise ConfigError(f"fieldRef {path} has no value here")
        value = value[step]
    return str(value)


def resource(reference, container, containers, node):
    """The value of a resourceFieldRef; a limit that is absent is the node's."""
    name = reference.get("containerName")
    owner = next((one for one in containers if one["name"] == name), container)
    group, _, which = reference["resource"].partition(".")
    resources = owner.get("resources") or {}
    value = (resources.get(group) or {}).get(which)
    if value is None and group == "requests":
        value = (resources.get("limits") or {}).get(which)
    if value is None:
        value = node.get(which, "0")
    return str(quantity.divided(value, reference.get("divisor") or "1"))


def from_key(world, kind, reference):
    """The text of one key of a ConfigMap or Secret, or None where that is allowed to be absent."""
    data = world.data(kind, reference["name"])
    if data is not None and reference["key"] in data:
        return data[reference["key"]].decode("utf8")
    if reference.get("optional"):
        return None
    if data is None:
        raise ConfigError(f"{kind.lower()} \"{reference['name']}\" not found")
    raise ConfigError(f"couldn't find key {reference['key']} in {kind} {reference['name']}")


def imported(world, source):
    """The variables of one envFrom entry."""
    kind, key = ("ConfigMap", "configMapRef") if "configMapRef" in source else ("Secret", "secretRef")
    data = world.data(kind, source[key]["name"])
    if data is None:
        if source[key].get("optional"):
            return {}
        raise ConfigError(f"{kind.lower()} \"{source[key]['name']}\" not found")
    return {source.get("prefix", "") + name: value.decode("utf8") for name, value in data.items()}


def service_links(services):
    """The variables that a pod gets for each Service, unless enableServiceLinks is false."""
    links = {}
    for service in services:
        name = service["metadata"]["name"].upper().replace("-", "_")
        address, ports = service["address"], service["spec"].get("ports") or []
        if not ports or address is None:
            continue
        links[f"{name}_SERVICE_HOST"] = address
        links[f"{name}_SERVICE_PORT"] = str(ports[0]["port"])
        links[f"{name}_PORT"] = f"tcp://{address}:{ports[0]['port']}"
        for port in ports:
            if port.get("name"):
                links[f"{name}_SERVICE_PORT_{port['name'].upper().replace('-', '_')}"] = str(port["port"])
            stem = f"{name}_PORT_{port['port']}_{port.get('protocol', 'TCP')}"
            links[stem] = f"tcp://{address}:{port['port']}"
            links[f"{stem}_PROTO"] = port.get("protocol", "TCP").lower()
            links[f"{stem}_PORT"] = str(port["port"])
            links[f"{stem}_ADDR"] = address
    return links


def variables(container, pod, world, node):
    """The container's own variables in order: envFrom, then env, each value expanded with those before it."""
    known = {}
    spec = pod["spec"]
    if spec.get("enableServiceLinks", True):
        known.update(service_links(world.services()))
    for source in container.get("envFrom") or []:
        known.update(imported(world, source))
    everyone = [*(spec.get("initContainers") or []), *spec["containers"]]
    for entry in container.get("env") or []:
        value = one_variable(entry, container, everyone, pod, world, node, known)
        if value is not None:
            known[entry["name"]] = value
    return known


def one_variable(entry, container, everyone, pod, world, node, known):
    source = entry.get("valueFrom")
    if not source:
        value = entry.get("value", "")
        if not isinstance(value, str):
            raise ConfigError(f"env {entry['name']} is no string")
        return expand(value, known)
    if "secretKeyRef" in source:
        return from_key(world, "Secret", source["secretKeyRef"])
    if "configMapKeyRef" in source:
        return from_key(world, "ConfigMap", source["configMapKeyRef"])
    if "fieldRef" in source:
        return field(source["fieldRef"]["fieldPath"], pod)
    if "resourceFieldRef" in source:
        return resource(source["resourceFieldRef"], container, everyone, node)
    raise ConfigError(f"env {entry['name']} comes from something unknown: {', '.join(source)}")
