"""JupyterLab: at the root and below a path, with a kernel that computes."""

import base64
import json
import os
import socket
import struct
import uuid

from .play import Play
from .stage import request

TOKEN = "0123456789abcdef0123456789abcdef"


def installed(stage, *values):
    """The chart: (pod, base URL without its last slash)."""
    stage.install("jupyter", ["jupyter.yaml", *values], vault={"jupyter-token": {"token": TOKEN}})
    workload = next(one for one in stage.cluster.objects if one["kind"] in ("Deployment", "StatefulSet"))
    pod = stage.cluster.pod_of(workload)
    stage.version("JupyterLab", pod.object["spec"]["containers"][0]["image"])
    return pod, stage.url("jupyter", 8888)


def guarded(stage, url):
    """Who has the token, and who has not."""
    bearer = {"Authorization": f"token {TOKEN}"}
    stage.same("GET /api without a token", 200, request(url + "/api")[0])
    for path in ("/api/status", "/api/kernels", "/metrics"):
        stage.same(f"GET {path} without a token", 403, request(url + path)[0])
        stage.same(f"GET {path} with the token", 200, request(url + path, headers=bearer)[0])
    stage.same("GET /api/status with a wrong token", 403, request(url + "/api/status", headers={"Authorization": "token x"})[0])
    status = request(url + "/lab")[0]
    stage.add("GET /lab without a token", "302, to the login", status, status == 302)


def alone(stage):
    pod, url = installed(stage)
    stage.runs(pod, 180)
    guarded(stage, url)
    bearer = {"Authorization": f"token {TOKEN}"}
    status, kernel = request(url + "/api/kernels", {"name": "python3"}, headers=bearer)
    stage.same("a kernel", 201, status)
    said = computed(pod.address, 8888, kernel["id"], "import os; print(6 * 7, os.getuid())")
    stage.same("a kernel computes, as the arbitrary user", "42 1000660000", said)
    status, _ = request(url + "/api/contents/note.txt", {"type": "file", "format": "text", "content": "kept"},
                        headers=bearer, method="PUT")
    stage.same("a file is written to HOME", 201, status)
    stage.helm_tests()
    stage.quiet(pod)
    stage.stops(pod)


def below(stage):
    """The base URL moves the probes with it."""
    pod, url = installed(stage, "jupyter-base.yaml")
    stage.runs(pod, 180)
    stage.same("GET /api, which has moved", 404, request(url + "/api")[0])
    guarded(stage, url + "/team/nb")
    stage.helm_tests()
    stage.stops(pod)


def computed(host, port, kernel, code, limit=60):
    """What a cell prints: a small client of Jupyter's messages over a websocket."""
    with socket.create_connection((host, port), limit) as wire:
        key = base64.b64encode(os.urandom(16)).decode()
        wire.sendall((f"GET /api/kernels/{kernel}/channels?token={TOKEN} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
                      f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
        reader = wire.makefile("rb")
        if b"101" not in reader.readline():
            return "no websocket"
        while reader.readline().strip():
            pass
        header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "username": "", "session": uuid.uuid4().hex,
                  "version": "5.3", "date": ""}
        message = {"header": header, "parent_header": {}, "metadata": {}, "channel": "shell", "buffers": [],
                   "content": {"code": code, "silent": False, "store_history": False, "user_expressions": {},
                               "allow_stdin": False, "stop_on_error": True}}
        wire.sendall(frame(json.dumps(message).encode()))
        for _ in range(100):
            kind, data = received(reader)
            if kind != 1:
                continue
            told = json.loads(data)
            if told["parent_header"].get("msg_id") == header["msg_id"] and told["msg_type"] == "stream":
                return told["content"]["text"].strip()
            if told["msg_type"] == "error":
                return f"{told['content']['ename']}: {told['content']['evalue']}"
        return "nothing"


def frame(data):
    """A masked text frame."""
    mask = os.urandom(4)
    size = struct.pack(">BH", 0x80 | 126, len(data)) if len(data) > 125 else struct.pack(">B", 0x80 | len(data))
    return b"\x81" + size + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))


def received(reader):
    """One frame of the server's: (opcode, data)."""
    first, second = reader.read(2)
    size = second & 127
    if size > 125:
        size = struct.unpack(">H" if size == 126 else ">Q", reader.read(2 if size == 126 else 8))[0]
    return first & 15, reader.read(size)


PLAYS = [
    Play("jupyter", "JupyterLab", "alone", alone),
    Play("jupyter-base", "JupyterLab", "below a path", below),
]
