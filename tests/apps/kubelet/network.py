"""The pod network: every pod an address of its own, Services, and a name server that writes down who is asked for.

All of it lies in one network namespace without a way out; only pods, Services and the runner are in it.
"""

import asyncio
import os
import socket
import ssl
import struct
import subprocess
import sys
import threading

NODE = "10.77.0.1"
POD = "10.77.0.{}"
SERVICE = "10.78.0.{}"
MARK = "PLIMSOLL_APPS_INSIDE"
SUFFIXES = (".svc.cluster.local", ".cluster.local", ".svc")


def enter():
    """Runs this program again inside a network namespace of its own, unless it is there already."""
    if os.environ.get(MARK) == "1":
        return
    if os.geteuid() != 0:
        sys.exit("the runner makes network namespaces and drops to another user: run it as root")
    os.environ[MARK] = "1"
    os.execvp("unshare", ["unshare", "--net", "--", sys.executable, *sys.argv])


def ip(*words):
    subprocess.run(["ip", *words], check=True)


class Network:
    """The node's side: a bridge, Services that forward to ready pods, DNS."""

    def __init__(self):
        ip("link", "set", "lo", "up")
        ip("link", "add", "pods", "type", "bridge")
        ip("addr", "add", f"{NODE}/24", "dev", "pods")
        ip("link", "set", "pods", "up")
        self.pods = 0
        self.addresses = {}  # (namespace, service) -> address
        self.endpoints = {}  # (address, port) -> function that gives (host, port) or None
        self.asked = []  # names that pods asked for, in order
        self.headless = {}  # (namespace, service) -> function that gives addresses
        self.servers = []
        self.known = set()  # service addresses that this machine has
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.call(self.loop.create_datagram_endpoint(lambda: Names(self), local_addr=(NODE, 53)))

    def call(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=10)

    def pod(self):
        """A new pod's address and network namespace, held open by a process like a pause container."""
        self.pods += 1
        address = POD.format(self.pods + 1)
        hold = "ip link set lo up; echo; exec sleep infinity"
        holder = subprocess.Popen(["unshare", "--net", "--", "setpriv", "--pdeathsig", "KILL", "sh", "-c", hold],
                                  stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        holder.stdout.readline()
        inside, outside = f"in{self.pods}", f"pod{self.pods}"
        ip("link", "add", outside, "type", "veth", "peer", "name", inside)
        ip("link", "set", outside, "master", "pods", "up")
        ip("link", "set", inside, "netns", str(holder.pid))
        for words in (f"addr add {address}/24 dev {inside}", f"link set {inside} up",
                      f"route add 10.78.0.0/24 via {NODE}"):
            subprocess.run(["nsenter", "-t", str(holder.pid), "-n", "ip", *words.split()], check=True)
        return address, holder

    def service(self, namespace, name, ports, headless):
        """Makes a Service: `ports` maps a port to a function that gives the endpoint; its address, or None."""
        if headless is not None:
            self.headless[namespace, name] = headless
            return None
        address = self.addresses.get((namespace, name))
        if address is None:
            address = SERVICE.format(len(self.addresses) + 10)
            if address not in self.known:
                ip("addr", "add", f"{address}/32", "dev", "lo")
                self.known.add(address)
            self.addresses[namespace, name] = address
        for port, endpoint in ports.items():
            if (address, port) not in self.endpoints:
                self.servers.append(self.call(asyncio.start_server(self.forwarder(address, port), address, port)))
            self.endpoints[address, port] = endpoint
        return address

    def front(self, service, port, certificate):
        """An edge router's stand-in: HTTPS on the node's address, HTTP behind it. `certificate`: a PEM with its key."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        address = self.addresses[service]
        self.servers.append(self.call(asyncio.start_server(self.forwarder(address, port), NODE, 443, ssl=context)))

    def forget(self):
        """Removes all Services, before another scenario."""
        for server in self.servers:
            self.loop.call_soon_threadsafe(server.close)
        self.servers.clear()
        self.addresses.clear()
        self.headless.clear()
        self.endpoints.clear()
        self.asked.clear()

    def forwarder(self, address, port):
        async def serve(reader, writer):
            try:
                find = self.endpoints.get((address, port))
                target = find() if find else None
                if target is None:
                    raise OSError("no ready endpoint")
                there_reader, there_writer = await asyncio.open_connection(*target)
            except OSError:
                # kube-proxy refuses; the nearest that a listener can do is a reset.
                plain = writer.get_extra_info("socket")
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
                return
            await asyncio.gather(pump(reader, there_writer), pump(there_reader, writer))

        return serve

    def lookup(self, name):
        """Addresses of a name, or None."""
        for suffix in SUFFIXES:
            if name.endswith(suffix):
                name = name.removesuffix(suffix)
                break
        parts = name.split(".")
        if len(parts) > 3:
            return None
        # name.namespace, or pod.name.namespace of a headless Service
        namespace, service = parts[-1], parts[-2] if len(parts) > 1 else parts[-1]
        if (namespace, service) in self.addresses:
            return [self.addresses[namespace, service]]
        if (namespace, service) in self.headless:
            return self.headless[namespace, service]()
        return None


async def pump(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


class Names(asyncio.DatagramProtocol):
    """DNS over UDP: A records of Services, nothing else exists."""

    def __init__(self, network):
        self.network = network

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        reply = answer(data, self.network.lookup, self.network.asked)
        if reply:
            self.transport.sendto(reply, address)


def question(data):
    """Name, type and end of the first question; None if the message holds none."""
    if len(data) < 17 or struct.unpack(">H", data[4:6])[0] < 1:
        return None
    labels, at = [], 12
    while at < len(data) and data[at]:
        length = data[at]
        if length > 63 or at + 1 + length > len(data):
            return None
        labels.append(data[at + 1:at + 1 + length].decode("ascii", "replace"))
        at += 1 + length
    if at + 5 > len(data):
        return None
    return ".".join(labels).lower(), struct.unpack(">H", data[at + 1:at + 3])[0], at + 5


def answer(data, lookup, asked):
    """The reply to one query; the name is written down in `asked` where nothing here has it."""
    found = question(data)
    if not found:
        return None
    name, kind, end = found
    addresses = lookup(name)
    if addresses is None:
        plain = name
        for suffix in SUFFIXES:
            if plain.endswith(suffix):
                plain = None
                break
        if plain and plain not in asked:
            asked.append(plain)
    records = [] if kind != 1 or addresses is None else addresses
    flags = 0x8580 | (3 if addresses is None else 0)
    head = data[:2] + struct.pack(">HHHHH", flags, 1, len(records), 0, 0)
    body = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 5, 4) + socket.inet_aton(one) for one in records)
    return head + data[12:end] + body
