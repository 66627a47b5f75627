"""What the pods of a scenario share: objects, secrets, claims, Services, the network."""

import pathlib
import re

from . import manifests
from .environment import ConfigError
from .network import Network
from .pod import Pod

NAMESPACE = "ai"


class Cluster:
    """Charts installed into one namespace; a context manager that stops every pod at its end."""

    def __init__(self, program, scratch, network=None):
        self.program = program
        self.scratch = pathlib.Path(scratch)
        self.network = network or Network()
        self.objects = []
        self.hooks = []
        self.vault = {}
        self.images = {}
        self.pods = []
        self.claims = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for pod in reversed(self.pods):
            pod.kill()

    def install(self, chart, release, values=(), sets=(), vault=None, apis=()):
        """Renders a chart and keeps its objects; hooks lie apart. `vault`: Secret name -> key -> text, what a store would hold."""
        new = manifests.render(self.program, chart, release, NAMESPACE, values, sets, apis)
        self.add([one for one in new if not manifests.hook(one)], vault)
        self.hooks += [one for one in new if manifests.hook(one)]
        return new

    def add(self, objects, vault=None):
        self.vault.update(vault or {})
        self.objects += objects
        for thing in objects:
            if thing["kind"] == "Service":
                self.serve(thing)

    def find(self, kind, name=None):
        """The only object of a kind, or the one of that name."""
        found = [one for one in self.objects if one["kind"] == kind and name in (None, one["metadata"]["name"])]
        if len(found) != 1:
            raise LookupError(f"{len(found)} objects of kind {kind}" + (f" called {name}" if name else ""))
        return found[0]

    def data(self, kind, name):
        """Key -> bytes of a ConfigMap or Secret; None where nothing makes it."""
        for thing in self.objects:
            if thing["kind"] == kind and thing["metadata"]["name"] == name:
                return manifests.data_of(thing)
        if kind != "Secret":
            return None
        for thing in self.objects:
            if thing["kind"] == "ExternalSecret" and target_of(thing) == name:
                return synced(thing, self.vault.get(name) or {})
        held = self.vault.get(name)
        return None if held is None else {key: value.encode("utf8") for key, value in held.items()}

    def claim(self, name):
        """The directory behind a claim; ConfigError where nothing makes the claim."""
        if name not in self.claims:
            made = any(one["kind"] == "PersistentVolumeClaim" and one["metadata"]["name"] == name for one in self.objects)
            templates = [
                f"{claim['metadata']['name']}-{one['metadata']['name']}-"
                for one in self.objects if one["kind"] == "StatefulSet"
                for claim in one["spec"].get("volumeClaimTemplates") or []
            ]
            if not made and not any(name.startswith(prefix) for prefix in templates):
                raise ConfigError(f"persistentvolumeclaim \"{name}\" not found")
            self.give_claim(name)
        return self.claims[name]

    def give_claim(self, name):
        """Makes a claim, as a person would beforehand."""
        place = self.scratch / "claims" / name
        place.mkdir(parents=True)
        self.claims[name] = place
        return place

    def image_volume(self, reference):
        if reference not in self.images:
            raise ConfigError(f"no files stand in for the image volume {reference}")
        return self.images[reference]

    def services(self):
        """Services with their addresses, for the variables of service links."""
        return [
            {**one, "address": self.network.addresses.get((NAMESPACE, one["metadata"]["name"]))}
            for one in self.objects if one["kind"] == "Service"
        ]

    def serve(self, service):
        def ready():
            return [one for one in self.pods if one.ready() and manifests.selects(service, one.object)]

        def endpoint(target):
            def find():
                for one in ready():
                    number = manifests.container_port(one.object, target)
                    if number:
                        return one.address, number
                return None

            return find

        spec = service["spec"]
        ports = {port["port"]: endpoint(port.get("targetPort", port["port"])) for port in spec.get("ports") or []}
        headless = (lambda: [one.address for one in ready()]) if spec.get("clusterIP") == "None" else None
        self.network.service(NAMESPACE, service["metadata"]["name"], ports, headless)

    def alias(self, name, address, ports):
        """A Service of somebody else's, for instance a database: its ports lead to ports of a fixed address."""
        targets = {port: lambda target=target: (address, target) for port, target in ports.items()}
        self.network.service(NAMESPACE, name, targets, None)

    def pod(self, kind, name=None):
        """A pod of a workload, not started yet."""
        return self.pod_of(self.find(kind, name))

    def pod_of(self, workload):
        """A pod of this workload, not started yet; `workload` names its origin."""
        made = Pod(manifests.pod_of(workload), self, self.scratch / f"pod-{len(self.pods) + 1}")
        made.workload = workload
        self.pods.append(made)
        return made

    def tests(self):
        """Pods of the charts' `helm test`, not started yet."""
        return [self.pod_of(one) for one in self.hooks if "test" in manifests.hook(one) and one["kind"] == "Pod"]


def target_of(external):
    """The name of the Secret that an ExternalSecret makes."""
    return ((external["spec"].get("target") or {}).get("name")) or external["metadata"]["name"]


def synced(external, held):
    """The Secret that an ExternalSecret makes of what the store holds; only the keys that it lists."""
    spec = external["spec"]
    read = {}
    for entry in spec.get("data") or []:
        if entry["secretKey"] not in held:
            raise ConfigError(f"the scenario's store holds no {entry['secretKey']} for {target_of(external)}")
        read[entry["secretKey"]] = held[entry["secretKey"]]
    if spec.get("dataFrom"):
        read.update(held)
    template = ((spec.get("target") or {}).get("template") or {}).get("data")
    if template:
        read = {key: re.sub(r"\{\{\s*\.([A-Za-z0-9_]+)[^}]*\}\}", lambda found: read[found[1]], text)
                for key, text in template.items()}
    return {key: value.encode("utf8") for key, value in read.items()}
