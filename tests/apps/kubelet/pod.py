"""One pod: volumes, init containers, containers, probes, and its end."""

import os
import pathlib
import shutil
import signal
import subprocess
import threading
import time

from . import environment, images, probes, sandbox, volumes
from .network import NODE

ARBITRARY = 1000660000  # a number as OpenShift gives a namespace; no line of any passwd
NODE_RESOURCES = {"cpu": "2", "memory": "8Gi", "ephemeral-storage": "32Gi"}
TICK = 0.5  # seconds between two askings of a probe: closer than a kubelet's, so that short states are seen


class Failed(Exception):
    """A container ended that should not have."""


class Container:
    """A running container, and what its probes said."""

    def __init__(self, spec, process, pid, log, variables, identity, workdir):
        self.spec = spec
        self.name = spec["name"]
        self.process = process
        self.pid = pid
        self.log = log
        self.variables = variables
        self.identity = identity
        self.workdir = workdir
        self.started = time.monotonic()
        self.answers = {kind: [] for kind in probes.KINDS if kind in spec}

    def text(self):
        """Everything that it wrote to its outputs."""
        return pathlib.Path(self.log).read_text("utf8", "replace")

    def run(self, command, limit):
        """Runs a command in the container: (status or None if time ran out, output)."""
        argv = sandbox.entered(self.pid, self.identity, self.variables, self.workdir, command)
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   text=True, errors="replace", start_new_session=True)
        try:
            output, _ = process.communicate(timeout=limit)
            return process.returncode, output
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return None, ""

    def ready(self):
        """As a kubelet sees it: started, readiness passed, and since then did not fail as often as the threshold in a row."""
        if self.process.poll() is not None:
            return False
        for kind in ("startupProbe", "readinessProbe"):
            seen = self.answers.get(kind)
            if seen is None:
                continue
            if probes.first_pass(seen) is None:
                return False
            newest = seen[-probes.seconds(self.spec[kind], "failureThreshold"):]
            if kind == "readinessProbe" and not any(one.passed for one in newest):
                return False
        return True


class Pod:
    """A pod of the scenario. `ready`, `wait_ready`, `stop` and `kill` are all that a scenario needs."""

    def __init__(self, thing, cluster, scratch):
        self.object = thing
        self.cluster = cluster
        self.scratch = scratch
        self.containers = []
        self.workload = None
        self.address = None
        self.holder = None
        self.volumes = {}
        self.init_seconds = {}
        self.over = threading.Event()
        self.probers = []

    @property
    def namespace(self):
        return f"/proc/{self.holder.pid}/ns/net"

    def start(self, init_limit=600):
        """Runs the init containers to their end, then starts the containers and their probes."""
        self.scratch.mkdir(parents=True)
        self.address, self.holder = self.cluster.network.pod()
        self.object["status"] = {"podIP": self.address, "hostIP": NODE}
        self.object["spec"].setdefault("nodeName", "node")
        group = sandbox.fs_group(self.object, ARBITRARY)
        self.volumes = volumes.make(self.object, self.cluster, self.scratch, group)
        self.etc = sandbox.etc(self.scratch, self.object, NODE)
        for spec in self.object["spec"].get("initContainers") or []:
            container = self.run(spec)
            if spec.get("restartPolicy") == "Always":
                self.containers.append(container)
                self.watch(container)
                continue
            began = time.monotonic()
            try:
                status = container.process.wait(init_limit)
            except subprocess.TimeoutExpired:
                raise Failed(f"init container {spec['name']} did not end in {init_limit} s:\n{container.text()[-1500:]}") from None
            self.init_seconds[spec["name"]] = round(time.monotonic() - began, 2)
            if status:
                raise Failed(f"init container {spec['name']} ended with {status}:\n{container.text()[-1500:]}")
        for spec in self.object["spec"]["containers"]:
            container = self.run(spec)
            self.containers.append(container)
            self.watch(container)
        return self

    def finish(self, limit):
        """Waits for the end of a pod that is to end: {container: status}, None for one that had to be killed."""
        ends, deadline = {}, time.monotonic() + limit
        for container in self.containers:
            try:
                ends[container.name] = container.process.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                ends[container.name] = None
        self.kill()
        return ends

    def run(self, spec):
        image = images.named(spec["image"])
        variables = environment.variables(spec, self.object, self.cluster, NODE_RESOURCES)
        identity = sandbox.identity(self.object, spec, ARBITRARY)
        given = {**dict(image.environment), **variables}
        command = [environment.expand(one, given) for one in spec.get("command") or image.entrypoint]
        default = () if spec.get("command") else image.arguments
        command += [environment.expand(one, given) for one in spec.get("args") or default]
        argv = sandbox.command(spec, command, image=image, volumes=self.volumes, variables=variables,
                               identity=identity, etc=self.etc, hostname=self.object["metadata"]["name"][:63])
        log = self.scratch / f"{spec['name']}.log"
        process, pid = sandbox.start(argv, log, self.namespace)
        inside = {"PATH": image.path(), "HOME": "/", **given}
        return Container(spec, process, pid, log, inside, identity, spec.get("workingDir") or image.workdir)

    def watch(self, container):
        for kind in container.answers:
            prober = threading.Thread(target=self.ask_on, args=(container, kind), daemon=True)
            self.probers.append(prober)
            prober.start()

    def ask_on(self, container, kind):
        probe = container.spec[kind]
        while not self.over.is_set() and container.process.poll() is None:
            container.answers[kind].append(probes.ask(probe, self.object, container.run, container.started))
            self.over.wait(TICK)

    def ready(self):
        return bool(self.containers) and len(self.containers) >= len(self.object["spec"]["containers"]) \
            and all(one.ready() for one in self.containers)

    def wait_ready(self, limit):
        """Seconds until the pod was ready; Failed if it did not become so, with the end of each log."""
        began = time.monotonic()
        while not self.ready():
            gone = [one for one in self.containers if one.process.poll() is not None]
            if gone or time.monotonic() - began > limit:
                why = f"container {gone[0].name} ended with {gone[0].process.returncode}" if gone else f"not ready in {limit} s"
                raise Failed(f"{why}:\n" + "\n".join(f"[{one.name}] {one.text()[-2500:]}" for one in self.containers))
            time.sleep(0.05)
        return round(time.monotonic() - self.containers[0].started, 2)

    def stop(self):
        """Ends the pod as a kubelet does: preStop, TERM, grace, KILL. [(container, status, seconds, killed)]"""
        self.over.set()
        grace = self.object["spec"].get("terminationGracePeriodSeconds", 30)
        ends = []

        def end(container):
            began = time.monotonic()
            hook = ((container.spec.get("lifecycle") or {}).get("preStop")) or {}
            if "exec" in hook:
                container.run(hook["exec"]["command"], grace)
            elif "sleep" in hook:
                time.sleep(hook["sleep"]["seconds"])
            after = time.monotonic()
            os.kill(container.pid, signal.SIGTERM)
            try:
                container.process.wait(max(grace - (after - began), 1))
                killed = False
            except subprocess.TimeoutExpired:
                os.kill(container.pid, signal.SIGKILL)
                container.process.wait()
                killed = True
            ends.append((container.name, container.process.returncode, round(time.monotonic() - after, 2), killed))

        enders = [threading.Thread(target=end, args=(one,)) for one in self.containers if one.process.poll() is None]
        for one in enders:
            one.start()
        for one in enders:
            one.join()
        self.kill()
        return ends

    def kill(self):
        """Ends everything at once, and waits for it. Safe to call twice."""
        self.over.set()
        for container in self.containers:
            if container.process.poll() is None:
                os.kill(container.pid, signal.SIGKILL)
            container.process.wait()
        for prober in self.probers:
            prober.join(timeout=30)
        if self.holder and self.holder.poll() is None:
            self.holder.kill()
            self.holder.wait()

    def forget(self):
        """Removes the pod's own volumes; claims stay."""
        shutil.rmtree(self.scratch, ignore_errors=True)
