"""A hand-made pod on the runner, for test_pod.py: prints what its containers saw as JSON. Wants root and bubblewrap."""

import json
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from kubelet import network
from kubelet.cluster import Cluster

INIT = """
id -u; id -g; id -G
cat /config/greeting
echo served > /data/index.html
echo "$SECRET $ADDRESS $CPU"
(echo x > /outside) 2>&1
(echo x > /config/greeting) 2>&1
(echo x > /usr/outside) 2>&1
stat -c %a:%g /data
"""
SERVER = """
import http.server, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
time.sleep(1.5)
http.server.ThreadingHTTPServer(("0.0.0.0", 8000), http.server.SimpleHTTPRequestHandler).serve_forever()
"""
IMAGE = "docker.io/library/busybox:1.37"
OBJECTS = [
    {"kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"greeting": "hello\n", "server.py": SERVER}},
    {"kind": "Secret", "metadata": {"name": "s"}, "data": {"k": "dmFsdWU="}},
    {"kind": "Service", "metadata": {"name": "web"},
     "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}]}},
    {"kind": "Pod", "metadata": {"name": "web", "namespace": "ai", "labels": {"app": "web"}}, "spec": {
        "enableServiceLinks": False, "terminationGracePeriodSeconds": 5,
        "initContainers": [{
            "name": "init", "image": IMAGE, "command": ["/bin/sh", "-c", INIT],
            "resources": {"limits": {"cpu": "1500m"}},
            "env": [{"name": "SECRET", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
                    {"name": "ADDRESS", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
                    {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}],
            "volumeMounts": [{"name": "data", "mountPath": "/data"}, {"name": "config", "mountPath": "/config"}]}],
        "containers": [{
            "name": "web", "image": IMAGE, "workingDir": "/data", "command": ["python3", "/config/server.py"],
            "ports": [{"name": "http", "containerPort": 8000}],
            "startupProbe": {"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 1},
            "readinessProbe": {"exec": {"command": ["grep", "served", "index.html"]}},
            "livenessProbe": {"httpGet": {"path": "/absent", "port": 8000}, "periodSeconds": 1, "failureThreshold": 2},
            "volumeMounts": [{"name": "data", "mountPath": "/data", "readOnly": True},
                             {"name": "config", "mountPath": "/config/server.py", "subPath": "server.py"}]}],
        "volumes": [{"name": "data", "emptyDir": {}}, {"name": "config", "configMap": {"name": "c"}}]}},
]
ASK = """
import urllib.request, urllib.error, socket
print(urllib.request.urlopen("http://web.ai/").read().decode().strip())
for name in ("away.example.org", "10.99.0.1"):
    try:
        socket.create_connection((name, 80), 2)
        print("reached")
    except OSError as error:
        print(type(error).__name__)
"""


def main():
    network.enter()
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="plimsoll-apps-"))
    with Cluster("unused", scratch) as cluster:
        cluster.add(OBJECTS)
        pod = cluster.pod("Pod").start(init_limit=30)
        ready = pod.wait_ready(30)
        asked = pod.containers[0].run(["python3", "-c", ASK], 20)[1]
        answers = {kind: [one.seen for one in found] for kind, found in pod.containers[0].answers.items()}
        ends = pod.stop()
        print(json.dumps({
            "ready": ready, "init": (scratch / "pod-1/init.log").read_text(), "asked": asked, "answers": answers,
            "names": cluster.network.asked, "address": pod.address, "end": ends[0][1], "killed": ends[0][3],
        }))
    shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
