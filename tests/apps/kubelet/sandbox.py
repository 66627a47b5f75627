"""A container's view of the machine: a read-only root, its mounts, a user without rights."""

import json
import os
import pathlib
import re
import subprocess
import time

ETC = ["alternatives", "fonts", "ld.so.cache", "mime.types", "ssl", "ca-certificates", "ImageMagick-6"]


class Identity:
    """User, group and further groups of a container's processes."""

    def __init__(self, user, group, groups):
        self.user = user
        self.group = group
        self.groups = sorted(set(groups))

    def command(self):
        """Gives every right away for good."""
        groups = ["--groups", ",".join(map(str, self.groups))] if self.groups else ["--clear-groups"]
        return ["setpriv", "--reuid", str(self.user), "--regid", str(self.group), *groups,
                "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "--"]


def identity(pod, container, arbitrary):
    """Who the processes are; what the pod leaves open, OpenShift fills with a number of the namespace's range.

    On Kubernetes an image's own user would fill it; none of the stand-ins has one, so the arbitrary user is
    the stricter choice there too.
    """
    outer = pod["spec"].get("securityContext") or {}
    inner = container.get("securityContext") or {}

    def pick(key, default):
        return inner.get(key, outer.get(key, default))

    extra = list(outer.get("supplementalGroups") or [])
    group = fs_group(pod, arbitrary)
    if group is not None:
        extra.append(group)
    return Identity(pick("runAsUser", arbitrary), pick("runAsGroup", 0), extra)


def fs_group(pod, arbitrary):
    """The pod's fsGroup; where nothing says who runs, the namespace's range gives it, as OpenShift does."""
    outer = pod["spec"].get("securityContext") or {}
    if "fsGroup" in outer:
        return outer["fsGroup"]
    return None if "runAsUser" in outer else arbitrary


def etc(scratch, pod, nameserver):
    """The few files of /etc that a runtime writes. The arbitrary user has no line in passwd."""
    place = pathlib.Path(scratch) / "etc"
    place.mkdir(exist_ok=True)
    namespace = pod["metadata"]["namespace"]
    texts = {
        "passwd": "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
        "group": "root:x:0:\nusers:x:100:\nnogroup:x:65534:\n",
        "hosts": f"127.0.0.1 localhost\n{pod['status']['podIP']} {pod['metadata']['name']}\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
        "resolv.conf": f"nameserver {nameserver}\nsearch {namespace}.svc.cluster.local svc.cluster.local cluster.local\n"
                       "options ndots:5 timeout:2 attempts:1\n",
    }
    for name, text in texts.items():
        (place / name).write_text(text, "utf8")
    return place


def mounts(container, volumes, variables):
    """Arguments that mount the container's volumes, in the order of the list."""
    result = []
    for mount in container.get("volumeMounts") or []:
        volume = volumes[mount["name"]]
        inside = mount.get("subPath") or ""
        if "subPathExpr" in mount:
            inside = re.sub(r"\$\(([^)]*)\)", lambda found: variables[found[1]], mount["subPathExpr"])
        origin = pathlib.Path(volume.path) / inside
        if inside and not origin.exists():
            parent = pathlib.Path(volume.path).stat()
            origin.mkdir(parents=True)
            os.chown(origin, -1, parent.st_gid)
            os.chmod(origin, parent.st_mode & 0o7777)
        writable = volume.writable and not mount.get("readOnly")
        result += ["--bind" if writable else "--ro-bind", str(origin), mount["mountPath"]]
    return result


def folders(path):
    """Arguments that make a folder and those above it, open to everyone to look into as an image's are."""
    parts = pathlib.PurePosixPath(path)
    return [word for place in [*reversed(parts.parents), parts][1:] for word in ("--perms", "0755", "--dir", str(place))]


def command(container, argv, *, image, volumes, variables, identity, etc, hostname):
    """The whole bubblewrap command for one container. Wants root, which it gives away inside."""
    wrap = ["bwrap", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--hostname", hostname, "--as-pid-1",
            "--die-with-parent", "--clearenv",
            "--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP",
            "--ro-bind", "/usr", "/usr", *folders("/etc")]
    home = image.home()
    for place in [home or "/", *(os.path.dirname(inside) for inside, _ in image.files),
                  *(os.path.dirname(mount["mountPath"].rstrip("/")) for mount in container.get("volumeMounts") or [])]:
        wrap += folders(place)
    for link in ("bin", "lib", "lib64", "sbin"):
        if os.path.islink(f"/{link}"):
            wrap += ["--symlink", os.readlink(f"/{link}"), f"/{link}"]
    for name in ETC:
        if os.path.exists(f"/etc/{name}"):
            wrap += ["--ro-bind", f"/etc/{name}", f"/etc/{name}"]
    for file in sorted(pathlib.Path(etc).iterdir()):
        wrap += ["--ro-bind", str(file), f"/etc/{file.name}"]
    wrap += ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/dev/shm"]
    workdir = container.get("workingDir") or image.workdir
    if home:
        wrap += ["--ro-bind", str(home), str(home)]
        for inside, outside in image.files:
            wrap += ["--ro-bind", str(home / outside), inside]
    wrap += [*folders(workdir), *mounts(container, volumes, variables)]
    wrap += ["--remount-ro", "/", "--chdir", workdir]
    for name, value in {"PATH": image.path(), "HOME": "/", "HOSTNAME": hostname,
                        **dict(image.environment), **variables}.items():
        wrap += ["--setenv", name, value]
    return [*wrap, "--", *identity.command(), *argv]


def start(argv, log, namespace):
    """Starts a sandbox in a network namespace; the process and the pid of what runs inside as its first."""
    read, write = os.pipe()
    with open(log, "ab") as output:
        wrapped = ["nsenter", f"--net={namespace}", "--", argv[0], "--info-fd", str(write), *argv[1:]]
        process = subprocess.Popen(wrapped, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                                   pass_fds=(write,), env={"PATH": os.environ["PATH"]}, start_new_session=True)
    os.close(write)
    with os.fdopen(read, "r", encoding="utf8") as told:
        text = told.read()
    if not text:
        process.wait()
        raise OSError(f"the sandbox did not start: {pathlib.Path(log).read_text('utf8', 'replace')[-800:]}")
    pid = json.loads(text)["child-pid"]
    settle(process, pid)
    return process, pid


def settle(process, pid, limit=10):
    """Waits until the container's own program runs: before, the sandbox around it is still being made."""
    deadline = time.monotonic() + limit
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if pathlib.Path(f"/proc/{pid}/comm").read_text("utf8").strip() not in ("bwrap", "setpriv"):
                return
        except OSError:
            return
        time.sleep(0.005)


def entered(pid, identity, variables, workdir, argv):
    """A command that runs inside a running container, as `kubectl exec` would, with its environment and directory."""
    settings = [f"{name}={value}" for name, value in variables.items()]
    return ["nsenter", "-t", str(pid), "-m", "-n", "-p", "-i", "-u", "--", "/usr/bin/env", "-C", workdir, "-i", *settings,
            *identity.command(), *argv]
