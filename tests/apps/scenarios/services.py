"""Databases of Debian's, run as an arbitrary user beside the cluster, for what the charts expect of an operator."""

import os
import pathlib
import shutil
import socket
import subprocess
import time

from kubelet import network

USER = 1000670000  # another arbitrary user, with no line in passwd either
POSTGRES = pathlib.Path("/usr/lib/postgresql")


class Service:
    """A process of the node's; `stop` ends it, and it can be started again."""

    def __init__(self, command, log):
        self.command = command
        self.log = log
        self.process = None

    def start(self):
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=output,
                                            stderr=subprocess.STDOUT, env=environment(), start_new_session=True)
        return self

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def environment():
    return {"PATH": os.environ["PATH"], "HOME": "/", "LC_ALL": "C.UTF-8"}


def as_user(*command):
    return ["setpriv", "--reuid", str(USER), "--regid", "0", "--clear-groups", "--no-new-privs",
            "--bounding-set=-all", "--inh-caps=-all", "--", *map(str, command)]


def folder(scratch, name):
    place = pathlib.Path(scratch) / name
    place.mkdir()
    os.chown(place, USER, 0)
    os.chmod(scratch, 0o755)
    os.chmod(place, 0o700)
    return place


def postgres(scratch, database, owner, password, port=15432):
    """A PostgreSQL server with one database; FileNotFoundError where none is installed."""
    versions = sorted(POSTGRES.glob("*/bin/initdb"), key=lambda one: int(one.parts[4])) if POSTGRES.is_dir() else []
    if not versions:
        raise FileNotFoundError("Debian's postgresql is not installed")
    programs = versions[-1].parent
    place = folder(scratch, "postgres")
    secret = place / "password"
    secret.write_text(password)
    os.chown(secret, USER, 0)
    # initdb asks for the user's name; a wrapper of NSS gives one to a number that has none.
    (place / "passwd").write_text(f"postgres:x:{USER}:0::/:/bin/sh\n")
    (place / "group").write_text("root:x:0:\n")
    wrapper = ["env", "LD_PRELOAD=libnss_wrapper.so", f"NSS_WRAPPER_PASSWD={place}/passwd",
               f"NSS_WRAPPER_GROUP={place}/group"]
    subprocess.run(as_user(*wrapper, programs / "initdb", "--pgdata", place / "data", "--username", owner,
                           "--pwfile", secret, "--auth-host", "scram-sha-256", "--auth-local", "trust",
                           "--encoding", "UTF8", "--no-sync"), check=True, env=environment(), stdout=subprocess.DEVNULL)
    server = Service(as_user(*wrapper, programs / "postgres", "-D", place / "data", "-p", port, "-k", place,
                             "-c", f"listen_addresses={network.NODE}", "-c", "fsync=off"), place / "log")
    hba = place / "data/pg_hba.conf"
    with open(hba, "a", encoding="utf8") as rules:
        rules.write("host all all 10.0.0.0/8 scram-sha-256\n")
    server.start()
    make = as_user(*wrapper, programs / "createdb", "-h", place, "-p", port, "-U", owner, database)
    deadline = time.monotonic() + 60
    while subprocess.run(make, env=environment(), capture_output=True).returncode:
        if time.monotonic() > deadline:
            server.stop()
            raise RuntimeError(f"PostgreSQL did not start: {(place / 'log').read_text('utf8', 'replace')[-800:]}")
        time.sleep(0.2)
    return server


def redis(scratch, password, port=16379):
    """A Redis server; FileNotFoundError where none is installed."""
    program = shutil.which("redis-server")
    if not program:
        raise FileNotFoundError("Debian's redis-server is not installed")
    place = folder(scratch, "redis")
    return Service(as_user(program, "--bind", network.NODE, "--port", port, "--dir", place, "--save", "",
                           "--requirepass", password), place / "log").start()


def redis_connections(password, port=16379):
    """How many connections Redis has taken since its start, this one and refused ones included."""
    with socket.create_connection((network.NODE, port), 5) as wire:
        wire.sendall(f"AUTH {password}\r\nINFO stats\r\nQUIT\r\n".encode())
        text = b"".join(iter(lambda: wire.recv(4096), b"")).decode()
    return int(text.partition("total_connections_received:")[2].split()[0])
