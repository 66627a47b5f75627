"""Tests of the runner's own logic: what a kubelet does with variables, files, probes and names.

usage: python3 -m unittest discover -s tests/apps -p 'test_*.py'
"""

import pathlib
import struct
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import report as reports
from kubelet import environment, images, manifests, network, probes, quantity, sandbox, volumes
from kubelet.cluster import synced
from kubelet.environment import ConfigError
from kubelet.pod import Container
from scenarios import stage


class World:
    """Objects by kind and name, without a cluster."""

    def __init__(self, **data):
        self.held = data

    def data(self, kind, name):
        found = self.held.get(kind, {}).get(name)
        return None if found is None else {key: value.encode() for key, value in found.items()}

    def services(self):
        return self.held.get("services", [])


def pod(*containers, **spec):
    return {
        "metadata": {"name": "p", "namespace": "ai", "labels": {"app": "x"}, "annotations": {"a/b": "c"}},
        "spec": {"containers": list(containers), **spec},
        "status": {"podIP": "10.0.0.9"},
    }


def variables(entries, world=None, **spec):
    container = {"name": "c", "env": entries, "resources": {"limits": {"cpu": "1500m", "memory": "1Gi"}}}
    thing = pod(container, enableServiceLinks=False, **spec)
    return environment.variables(container, thing, world or World(), {"cpu": "2", "memory": "8Gi"})


class Quantities(unittest.TestCase):
    def test_values(self):
        for text, value in (("500m", "1/2"), ("2Gi", 2**31), ("1e3", 1000), ("1.5", "3/2"), (".5Ki", 512), (3, 3)):
            self.assertEqual(quantity.parse(text), quantity.fractions.Fraction(value), text)

    def test_division_rounds_up(self):
        self.assertEqual(quantity.divided("1500m", "1"), 2)
        self.assertEqual(quantity.divided("1Gi", "1Mi"), 1024)

    def test_refusals(self):
        for text in ("", "Gi", "1e3Gi", "1 Gi", "0x10", "1K"):
            with self.assertRaises(ValueError, msg=text):
                quantity.parse(text)


class Variables(unittest.TestCase):
    def test_expansion(self):
        known = {"A": "1", "B": "$(A)"}
        self.assertEqual(environment.expand("$(A) $$(A) $(NONE) $A $(B)", known), "1 $(A) $(NONE) $A $(A)")

    def test_only_earlier_variables_expand(self):
        seen = variables([{"name": "X", "value": "$(Y)"}, {"name": "Y", "value": "2"}, {"name": "Z", "value": "$(Y)"}])
        self.assertEqual(seen, {"X": "$(Y)", "Y": "2", "Z": "2"})

    def test_fields_and_resources(self):
        seen = variables([
            {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
            {"name": "L", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}},
            {"name": "C", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
            {"name": "M", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}},
            {"name": "R", "valueFrom": {"resourceFieldRef": {"resource": "requests.cpu", "divisor": "1m"}}},
        ])
        self.assertEqual(seen, {"IP": "10.0.0.9", "L": "x", "C": "2", "M": "1024", "R": "1500"})

    def test_secrets(self):
        world = World(Secret={"s": {"k": "v"}})
        one = {"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}
        self.assertEqual(variables([one], world), {"A": "v"})
        for reference, said in (({"name": "t", "key": "k"}, 'secret "t" not found'),
                                ({"name": "s", "key": "q"}, "couldn't find key q in Secret s")):
            with self.assertRaisesRegex(ConfigError, said):
                variables([{"name": "A", "valueFrom": {"secretKeyRef": reference}}], world)
            self.assertEqual(variables([{"name": "A", "valueFrom": {"secretKeyRef": {**reference, "optional": True}}}], world), {})

    def test_a_number_is_no_value(self):
        with self.assertRaises(ConfigError):
            variables([{"name": "A", "value": 1}])

    def test_service_links_come_first_and_can_be_overruled(self):
        service = {"metadata": {"name": "vllm"}, "address": "10.1.1.1", "spec": {"ports": [{"port": 80, "name": "http"}]}}
        container = {"name": "c", "env": [{"name": "VLLM_SERVICE_PORT", "value": "7"}]}
        seen = environment.variables(container, pod(container), World(services=[service]), {})
        self.assertEqual(seen["VLLM_PORT"], "tcp://10.1.1.1:80")
        self.assertEqual(seen["VLLM_SERVICE_PORT_HTTP"], "80")
        self.assertEqual(seen["VLLM_SERVICE_PORT"], "7")


class Files(unittest.TestCase):
    def test_items_rename_and_a_missing_key_is_refused(self):
        world = World(Secret={"s": {"k": "v", "other": "w"}})
        source = {"secretName": "s", "items": [{"key": "k", "path": "deep/token", "mode": 0o400}]}
        self.assertEqual(volumes.contents("secret", source, pod(), world), {"deep/token": (b"v", 0o400)})
        source["items"].append({"key": "gone", "path": "x"})
        with self.assertRaisesRegex(ConfigError, "non-existent"):
            volumes.contents("secret", source, pod(), world)

    def test_projected(self):
        world = World(Secret={"s": {"k": "v"}}, ConfigMap={"c": {"f": "g"}})
        sources = [{"secret": {"name": "s"}}, {"configMap": {"name": "c"}},
                   {"downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.name"}}]}}]
        seen = volumes.contents("projected", {"sources": sources, "defaultMode": 0o440}, pod(), world)
        self.assertEqual(seen, {"k": (b"v", 0o440), "f": (b"g", 0o440), "labels": (b"p", 0o440)})

    def test_no_file_leaves_its_volume(self):
        for name in ("../x", "/x"):
            with self.assertRaises(ConfigError):
                volumes.write(pathlib.Path("/nonexistent"), name, b"", 0o644, None)

    def test_an_external_secret_gives_the_keys_that_it_lists(self):
        external = {"metadata": {"name": "e"}, "spec": {"data": [{"secretKey": "a"}]}}
        self.assertEqual(synced(external, {"a": "1", "b": "2"}), {"a": b"1"})
        with self.assertRaises(ConfigError):
            synced(external, {"b": "2"})
        external["spec"]["target"] = {"template": {"data": {"url": "pg://{{ .a }}@h"}}}
        self.assertEqual(synced(external, {"a": "1"}), {"url": b"pg://1@h"})


class Users(unittest.TestCase):
    def test_what_the_pod_leaves_open_is_arbitrary(self):
        who = sandbox.identity(pod(), {}, 1000660000)
        self.assertEqual((who.user, who.group, who.groups), (1000660000, 0, [1000660000]))

    def test_what_it_names_is_taken(self):
        thing = pod(securityContext={"runAsUser": 1000, "runAsGroup": 1000, "fsGroup": 2000, "supplementalGroups": [44]})
        who = sandbox.identity(thing, {"securityContext": {"runAsUser": 7}}, 1000660000)
        self.assertEqual((who.user, who.group, who.groups), (7, 1000, [44, 2000]))
        self.assertIsNone(sandbox.fs_group(pod(securityContext={"runAsUser": 1}), 1000660000))


class Images(unittest.TestCase):
    def test_names(self):
        for reference, app in (("docker.io/ollama/ollama:0.32.15-rocm", "ollama"), ("ghcr.io/berriai/litellm:v1", "litellm"),
                               ("quay.io/jupyter/scipy-notebook@sha256:00", "jupyter"),
                               ("localhost:5000/ggml-org/llama.cpp:server-b1", "llama-server")):
            self.assertEqual(images.named(reference).app, app, reference)
        self.assertEqual(images.named("haproxy:3.4").entrypoint, ("haproxy",))
        with self.assertRaises(LookupError):
            images.named("example.com/other:1")


def answer(at, passed):
    return probes.Answer(at, passed, "200" if passed else "503", 0.01)


class Probes(unittest.TestCase):
    def test_budget(self):
        self.assertEqual(probes.budget({}), 30)
        self.assertEqual(probes.budget({"periodSeconds": 5, "failureThreshold": 60, "initialDelaySeconds": 2}), 302)

    def test_changes(self):
        seen = [answer(0.1, False), answer(0.6, False), answer(1.1, True), answer(1.6, True)]
        self.assertEqual(probes.changes(seen), [(0.1, "503"), (1.1, "200")])
        self.assertEqual(probes.first_pass(seen), 1.1)

    def test_liveness_kills_a_slow_start(self):
        seen = [answer(at / 2, at >= 100) for at in range(120)]  # loads for 50 s
        probe = {"periodSeconds": 10, "failureThreshold": 3}
        self.assertEqual(probes.killed_at(probe, seen, 0.5), 20.5)
        self.assertIsNone(probes.killed_at(probe, seen, 50))
        self.assertIsNone(probes.killed_at({"periodSeconds": 10, "failureThreshold": 9}, seen, 0.4))

    def test_ports_by_name(self):
        thing = pod({"name": "c", "ports": [{"name": "http", "containerPort": 8080}]})
        self.assertEqual(manifests.container_port(thing, "http"), 8080)
        self.assertEqual(manifests.container_port(thing, 9), 9)
        self.assertIsNone(manifests.container_port(thing, "web"))
        missing = probes.ask({"httpGet": {"port": "web"}}, thing, None, 0)
        self.assertFalse(missing.passed)
        self.assertIn("no container port is called web", missing.seen)

    def test_exec(self):
        self.assertTrue(probes.ask({"exec": {"command": ["x"]}}, pod(), lambda command, limit: (0, ""), 0).passed)
        slow = probes.ask({"exec": {"command": ["x"]}}, pod(), lambda command, limit: (None, ""), 0)
        self.assertEqual((slow.passed, slow.seen), (False, "no end within 1 s"))


class Running:
    """A process that has not ended."""

    def poll(self):
        return None


class Readiness(unittest.TestCase):
    def container(self, **answers):
        spec = {"name": "c", "startupProbe": {}, "readinessProbe": {"failureThreshold": 2}}
        made = Container(spec, Running(), 1, None, {}, None, "/")
        made.answers.update(answers)
        return made

    def test_nothing_passed_yet(self):
        self.assertFalse(self.container().ready())
        self.assertFalse(self.container(startupProbe=[answer(1, True)]).ready())
        self.assertFalse(self.container(readinessProbe=[answer(1, True)]).ready())

    def test_one_failure_is_below_the_threshold(self):
        passed = {"startupProbe": [answer(1, True)]}
        self.assertTrue(self.container(**passed, readinessProbe=[answer(1, True), answer(2, False)]).ready())
        self.assertFalse(self.container(**passed, readinessProbe=[answer(1, True), answer(2, False), answer(3, False)]).ready())


class Applications(unittest.TestCase):
    def test_words(self):
        with tempfile.TemporaryDirectory() as place:
            pathlib.Path(place, "a.py").write_text('x = os.getenv("APP_KEY")\nother_key: str\nadd("--max-len")\n')
            pathlib.Path(place, "a.txt").write_text("TEXT_ONLY")
            names = frozenset({"APP_KEY", "APP", "OTHER_KEY", "TEXT_ONLY"})
            self.assertEqual(stage.occurring(place, names), {"APP_KEY", "OTHER_KEY"})
            self.assertTrue(stage.mentions(place, "--max-len"))
            self.assertFalse(stage.mentions(place, "--max"))


class Names(unittest.TestCase):
    def query(self, name, kind=1):
        labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
        return struct.pack(">HHHHHH", 7, 0x100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">HH", kind, 1)

    def ask(self, name, asked, kind=1):
        known = {"web.ai": ["10.78.0.10"]}
        return network.answer(self.query(name, kind), lambda one: known.get(one.removesuffix(".svc.cluster.local")), asked)

    def test_a_service(self):
        asked = []
        reply = self.ask("web.ai.svc.cluster.local", asked)
        self.assertEqual(reply[-4:], bytes([10, 78, 0, 10]))
        self.assertEqual(struct.unpack(">H", reply[6:8])[0], 1)
        self.assertEqual(struct.unpack(">H", self.ask("web.ai.svc.cluster.local", asked, kind=28)[6:8])[0], 0)
        self.assertEqual(asked, [])

    def test_another_host_is_written_down_once(self):
        asked = []
        for name in ("api.example.com.ai.svc.cluster.local", "api.example.com", "api.example.com"):
            self.assertEqual(self.ask(name, asked)[3] & 15, 3)
        self.assertEqual(asked, ["api.example.com"])

    def test_junk_is_no_question(self):
        for data in (b"", b"\0" * 11, self.query("a.b")[:-3], b"\0\0\0\0\0\1" + b"\0" * 6 + b"\xff" * 20):
            self.assertIsNone(network.answer(data, lambda name: None, []))


class Pages(unittest.TestCase):
    def test_a_new_run_replaces_its_scenario_only(self):
        first, second = reports.Report(), reports.Report()
        for one in (first, second):
            one.rows = [reports.Row("A", "alone", "x|y", "1", "1", True, 0.5)]
        first.rows.append(reports.Row("B", "alone", "z", "1", "2", False))
        kept = reports.merged({"versions": {}, "rows": []}, first, [("A", "alone"), ("B", "alone")])
        second.rows[0].seen = "3"
        new = reports.merged(kept, second, [("B", "alone"), ("A", "alone")])
        self.assertEqual([(row["app"], row["seen"]) for row in new["rows"]], [("B", "2"), ("A", "3")])
        self.assertIn("| x\\|y | 1 | 3 | 0.5 s | ok |", reports.tables(new))
        self.assertIn("| z | 1 | 2 |  | **differs** |", reports.tables(new))

    def test_the_page_is_as_the_results_say(self):
        text = reports.PAGE.read_text("utf8")
        self.assertEqual(reports.page(text, reports.kept()), text)


if __name__ == "__main__":
    unittest.main()
