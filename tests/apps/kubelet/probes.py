"""Probes, asked as a kubelet asks them."""

import dataclasses
import http.client
import socket
import ssl
import subprocess
import time
import urllib.parse

from .manifests import container_port

KINDS = ("startupProbe", "readinessProbe", "livenessProbe")


@dataclasses.dataclass(frozen=True)
class Answer:
    """One asking: seconds since the container started, whether it passed, what was seen, how long it took."""

    at: float
    passed: bool
    seen: str
    took: float


def seconds(probe, key):
    """A time or count of a probe, with Kubernetes' default."""
    default = {"periodSeconds": 10, "timeoutSeconds": 1, "failureThreshold": 3, "initialDelaySeconds": 0}
    return probe.get(key) or default[key]


def says(probe):
    """The probe in a few words."""
    if "httpGet" in probe:
        return f"GET {probe['httpGet'].get('path', '/')} on {probe['httpGet']['port']}"
    if "tcpSocket" in probe:
        return f"TCP {probe['tcpSocket']['port']}"
    if "exec" in probe:
        return "exec " + " ".join(probe["exec"]["command"])[:80]
    return next((key for key in probe if key in ("grpc",)), "unknown")


def ask(probe, pod, run, started):
    """Asks once. `run` executes a command in the container with a limit: (status or None, output)."""
    began = time.monotonic()
    try:
        passed, seen = once(probe, pod, run)
    except (OSError, http.client.HTTPException) as error:
        passed, seen = False, reason(error)
    ended = time.monotonic()
    return Answer(round(began - started, 2), passed, seen, round(ended - began, 3))


def once(probe, pod, run):
    limit = seconds(probe, "timeoutSeconds")
    if "httpGet" in probe:
        return http_get(probe["httpGet"], pod, limit)
    if "tcpSocket" in probe:
        host = probe["tcpSocket"].get("host") or pod["status"]["podIP"]
        socket.create_connection((host, port(pod, probe["tcpSocket"]["port"])), limit).close()
        return True, "connected"
    if "exec" in probe:
        status, output = run(probe["exec"]["command"], limit)
        if status is None:
            return False, f"no end within {limit} s"
        return status == 0, f"exit {status}" + (f": {output.strip().splitlines()[-1][:100]}" if output.strip() and status else "")
    return False, "a kind of probe that is not asked here"


def port(pod, target):
    number = container_port(pod, target)
    if number is None:
        raise OSError(f"no container port is called {target}")
    return number


def http_get(get, pod, limit):
    """Any status from 200 to 399 passes; a redirect to the same host is followed."""
    host = get.get("host") or pod["status"]["podIP"]
    number, path = port(pod, get["port"]), get.get("path") or "/"
    headers = {"User-Agent": "kube-probe/1.36", "Accept": "*/*", "Connection": "close"}
    headers.update({one["name"]: one["value"] for one in get.get("httpHeaders") or []})
    deadline = time.monotonic() + limit
    for _ in range(10):
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        status, location = fetch(get.get("scheme", "HTTP"), host, number, path, headers, left)
        target = urllib.parse.urlsplit(location or "")
        if not 300 <= status < 400 or not location or (target.netloc and target.hostname != host):
            return 200 <= status < 400, str(status)
        path = target.path + (f"?{target.query}" if target.query else "")
    return True, "more than 10 redirects"


def fetch(scheme, host, number, path, headers, limit):
    if scheme == "HTTPS":
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection(host, number, timeout=limit, context=context)
    else:
        connection = http.client.HTTPConnection(host, number, timeout=limit)
    try:
        connection.request("GET", path, headers=headers)
        reply = connection.getresponse()
        reply.read(10 * 1024)
        return reply.status, reply.getheader("Location")
    finally:
        connection.close()


def reason(error):
    """An error in words that do not vary from run to run."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, http.client.RemoteDisconnected | ConnectionResetError):
        return "closed without an answer"
    return f"{type(error).__name__}: {error}"[:120]


def changes(answers):
    """What was seen, without repetition: [(first time, seen), …]."""
    kept = []
    for one in answers:
        if not kept or kept[-1][1] != one.seen:
            kept.append((one.at, one.seen))
    return kept


def first_pass(answers):
    """Seconds until a probe passed first, or None."""
    return next((one.at for one in answers if one.passed), None)


def budget(probe):
    """How long a startup probe waits, or a liveness probe tolerates, from the container's start."""
    return seconds(probe, "initialDelaySeconds") + seconds(probe, "periodSeconds") * seconds(probe, "failureThreshold")


def killed_at(probe, answers, since):
    """When a kubelet would restart the container for its liveness probe, or None.

    `answers` are closer together than the period; the kubelet sees the last one before each of its own.
    """
    period, threshold = seconds(probe, "periodSeconds"), seconds(probe, "failureThreshold")
    at, failures = max(since, seconds(probe, "initialDelaySeconds")), 0
    last = answers[-1].at if answers else 0
    while at <= last:
        seen = [one for one in answers if one.at <= at and one.at >= since]
        if seen and not seen[-1].passed:
            failures += 1
            if failures >= threshold:
                return round(at, 1)
        else:
            failures = 0
        at += period
    return None


