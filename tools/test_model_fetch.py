"""Runs the library chart's script that fetches models, against a server on the loopback interface."""

import functools
import hashlib
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "charts/library/ai-app/templates/_model-fetch-script.tpl"
NOBODY = 1000680000
# Which shell runs it: the image has another one than most machines.
SHELL = os.environ.get("MODEL_FETCH_SHELL", "/bin/sh").split()
CONTENT = b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(20_000))


def script() -> str:
    """The script as a chart renders it: what stands between `define` and `end`."""
    text = TEMPLATE.read_text()
    body = re.fullmatch(r'\{\{/\*.*?\*/\}\}\n\{\{- define "ai-app\.modelFetchScript" -\}\}\n(.*)\{\{- end \}\}\n', text, re.S)
    assert body and "{{" not in body[1], "the script must hold no Helm expression"
    return body[1]


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves the files of its server, and does what the server is told to do wrong."""

    def do_GET(self):
        server = self.server
        server.seen.append((self.path, self.headers.get("Range"), self.headers.get("Authorization")))
        if self.path in server.redirects:
            self.send_response(302)
            self.send_header("Location", server.redirects[self.path])
            self.end_headers()
            return
        data = server.files.get(self.path)
        if data is None:
            self.send_error(404)
            return
        if server.failures:
            server.failures -= 1
            self.send_error(503)
            return
        start = 0
        ranged = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
        if ranged and server.ranges:
            start = int(ranged[1])
            if start >= len(data):
                self.send_error(416)
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        end = len(data)
        if server.cuts:
            end = start + server.cuts.pop(0)
        for at in range(start, end, 65536):
            self.wfile.write(data[at : min(at + 65536, end)])
            time.sleep(server.pause)
        if end < len(data):
            self.wfile.flush()
            self.connection.close()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.redirects, self.seen = {}, {}, []
        self.cuts, self.failures, self.pause, self.ranges = [], 0, 0, True
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_):
        """A connection that ends early is what some tests are about."""


@unittest.skipUnless(shutil.which("curl") and shutil.which("flock"), "curl and flock are not installed")
class ModelFetch(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.place = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)
        self.volume, self.lists = self.place / "models", self.place / "fetch"
        self.volume.mkdir()
        self.lists.mkdir()
        (self.lists / "fetch-models.sh").write_text(script())
        self.server.files["/tiny/a.gguf"] = CONTENT
        self.server.files["/tiny/sub/b.json"] = b"{}"
        self.declare({"a.gguf": CONTENT, "sub/b.json": b"{}"})

    def declare(self, files, version="v1", sums=None, sizes=True, auth="-", base="/tiny"):
        """Writes the lists as the library's ConfigMap holds them."""
        (self.lists / "models.txt").write_text(f"\ntiny {version}\n")
        lines = []
        for path, data in files.items():
            size = len(data) if sizes else "-"
            lines.append(f"{(sums or {}).get(path, digest(data))} {size} {auth} {self.server.url}{base}/{path} {path}\n")
        (self.lists / "tiny.files").write_text("".join(lines))
        (self.lists / "tiny.json").write_text('{"license":"MIT","name":"tiny"}')

    def command(self, do="fetch", **environment):
        defaults = {"FETCH_ATTEMPTS": "3", "FETCH_RETRY_SECONDS": "0", "FETCH_POLL_SECONDS": "0.05", "FETCH_TIMEOUT_SECONDS": "60"}
        env = {"PATH": os.environ["PATH"], "FETCH_DIR": self.lists, "MODELS_DIR": self.volume, **defaults, **environment}
        return [*SHELL, str(self.lists / "fetch-models.sh"), do], {key: str(value) for key, value in env.items()}

    def start(self, do="fetch", wrap=(), **environment):
        command, env = self.command(do, **environment)
        process = subprocess.Popen([*wrap, *command], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
        self.addCleanup(process.stdout.close)
        return process

    def run_script(self, do="fetch", wrap=(), **environment):
        process = self.start(do, wrap, **environment)
        output, _ = process.communicate(timeout=120)
        return process.returncode, output

    def succeeds(self, *args, **environment):
        code, output = self.run_script(*args, **environment)
        self.assertEqual(code, 0, output)
        return output

    def fails(self, *words, do="fetch", wrap=(), **environment):
        code, output = self.run_script(do, wrap, **environment)
        self.assertNotEqual(code, 0, output)
        for word in words:
            self.assertIn(word, output)
        return output

    def assert_whole(self):
        self.assertEqual((self.volume / "tiny/a.gguf").read_bytes(), CONTENT)
        self.assertEqual((self.volume / "tiny/sub/b.json").read_bytes(), b"{}")

    def assert_absent(self):
        self.assertFalse(os.path.lexists(self.volume / "tiny"))

    def test_brings_files_and_writes_a_record(self):
        self.succeeds()
        self.assert_whole()
        self.assertEqual(os.readlink(self.volume / "tiny"), ".fetch/versions/tiny@v1")
        record = json.loads((self.volume / "tiny/.provenance.json").read_text())
        self.assertEqual(record["model"], {"license": "MIT", "name": "tiny"})
        self.assertRegex(record["fetched"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        want = {"path": "a.gguf", "sha256": digest(CONTENT), "bytes": len(CONTENT), "address": f"{self.server.url}/tiny/a.gguf"}
        self.assertEqual(record["files"][0], want)
        self.assertEqual(len(record["files"]), 2)
        self.assertEqual(list((self.volume / ".fetch/parts").iterdir()), [])

    def test_does_nothing_the_second_time(self):
        self.succeeds()
        before = (self.volume / "tiny/.provenance.json").stat()
        self.server.seen.clear()
        self.assertIn("already on the volume", self.succeeds())
        self.assertEqual(self.server.seen, [])
        self.assertEqual((self.volume / "tiny/.provenance.json").stat().st_mtime_ns, before.st_mtime_ns)

    def test_continues_after_a_cut(self):
        self.server.cuts = [100_000, 150_000]
        self.succeeds()
        self.assert_whole()
        ranges = [ranged for path, ranged, _ in self.server.seen if path == "/tiny/a.gguf"]
        self.assertEqual(ranges, [None, "bytes=100000-", "bytes=250000-"])

    def test_the_next_run_continues(self):
        self.server.cuts = [100_000]
        self.fails("could not be fetched", FETCH_ATTEMPTS="1")
        self.assert_absent()
        self.server.seen.clear()
        self.succeeds()
        self.assertEqual(self.server.seen[0][1], "bytes=100000-")
        self.assert_whole()

    def test_starts_over_where_ranges_are_not_served(self):
        self.server.ranges, self.server.cuts = False, [100_000]
        self.succeeds()
        self.assert_whole()

    def test_tries_again_after_errors_of_the_server(self):
        self.server.failures = 2
        self.succeeds()
        self.server.failures = 9
        self.declare({"a.gguf": CONTENT}, version="v2")
        self.fails("HTTP 503")

    def test_refuses_and_removes_what_has_another_checksum(self):
        for sizes in (True, False):
            self.declare({"a.gguf": CONTENT}, sums={"a.gguf": "0" * 64}, sizes=sizes)
            self.fails("refused and removed", digest(CONTENT))
            self.assert_absent()
            self.assertFalse((self.volume / ".fetch/parts/tiny@v1/a.gguf").exists())

    def test_what_is_left_of_another_file_is_dropped(self):
        for sizes in (True, False):
            self.declare({"a.gguf": CONTENT}, version=f"v{sizes}", sizes=sizes)
            part = self.volume / f".fetch/parts/tiny@v{sizes}/a.gguf"
            part.parent.mkdir(parents=True)
            part.write_bytes(b"x" * 1000)
            self.assertIn("from the start", self.succeeds())
            self.assertEqual((self.volume / "tiny/a.gguf").read_bytes(), CONTENT)

    def test_a_whole_part_is_taken(self):
        for sizes in (True, False):
            self.declare({"a.gguf": CONTENT}, version=f"v{sizes}", sizes=sizes)
            part = self.volume / f".fetch/parts/tiny@v{sizes}/a.gguf"
            part.parent.mkdir(parents=True)
            part.write_bytes(CONTENT)
            self.server.seen.clear()
            self.succeeds()
            self.assertEqual(len(self.server.seen), 0 if sizes else 1)

    def test_two_writers_take_turns(self):
        self.server.pause = 0.05
        writers = [self.start() for _ in range(3)]
        outputs = [writer.communicate(timeout=120)[0] for writer in writers]
        self.assertEqual([writer.returncode for writer in writers], [0, 0, 0], outputs)
        self.assert_whole()
        self.assertEqual(sum(path == "/tiny/a.gguf" for path, *_ in self.server.seen), 1)
        self.assertTrue(any("another pod is fetching" in output for output in outputs), outputs)

    def test_a_writer_that_dies_leaves_no_lock(self):
        self.server.pause = 0.2
        writer = self.start()
        deadline = time.monotonic() + 20
        while not self.server.seen and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertTrue(self.server.seen)
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        self.addCleanup(functools.partial(self.kill_group, writer.pid))
        self.server.pause = 0
        self.kill_group(writer.pid)
        self.succeeds()
        self.assert_whole()

    @staticmethod
    def kill_group(group):
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def test_stops_when_it_is_told_to(self):
        self.server.pause = 0.5
        writer = self.start()
        time.sleep(1.5)
        writer.terminate()
        writer.communicate(timeout=20)
        self.assertEqual(writer.returncode, 143)
        self.assert_absent()
        self.server.pause = 0
        self.succeeds()
        self.assert_whole()

    def test_readers_wait_for_the_writer(self):
        reader = self.start("wait")
        time.sleep(1)
        self.assertIsNone(reader.poll())
        self.succeeds()
        output, _ = reader.communicate(timeout=20)
        self.assertEqual(reader.returncode, 0, output)
        self.assertEqual(self.succeeds("wait").count("already on the volume"), 1)

    def test_readers_do_not_wait_for_ever(self):
        self.fails("not on the volume after 1 s", do="wait", FETCH_TIMEOUT_SECONDS="1")
        self.assertEqual(list(self.volume.iterdir()), [])

    def test_a_new_version_replaces_the_old_one_in_one_step(self):
        self.succeeds()
        self.server.files["/tiny/a.gguf"] = b"new"
        self.declare({"a.gguf": b"new"}, version="v2")
        self.server.cuts = [1]
        self.fails("could not be fetched", FETCH_ATTEMPTS="1")
        self.assert_whole()
        self.succeeds()
        self.assertEqual((self.volume / "tiny/a.gguf").read_bytes(), b"new")
        self.assertFalse((self.volume / "tiny/sub").exists())
        self.assertEqual([path.name for path in (self.volume / ".fetch/versions").iterdir()], ["tiny@v2"])

    def test_old_versions_stay_where_others_read_them(self):
        self.succeeds()
        self.declare({"a.gguf": CONTENT}, version="v2")
        self.succeeds(FETCH_KEEP_OLD="true")
        versions = sorted(path.name for path in (self.volume / ".fetch/versions").iterdir())
        self.assertEqual(versions, ["tiny@v1", "tiny@v2"])
        # And back, without the network.
        self.declare({"a.gguf": CONTENT, "sub/b.json": b"{}"})
        self.server.seen.clear()
        self.succeeds(FETCH_KEEP_OLD="true")
        self.assertEqual(self.server.seen, [])
        self.assert_whole()

    def test_notices_a_file_that_was_cut_or_lost_later(self):
        for damage in (lambda path: path.write_bytes(b"x"), lambda path: path.unlink()):
            self.succeeds()
            damage(self.volume / "tiny/a.gguf")
            self.succeeds()
            self.assert_whole()

    def test_leaves_alone_what_it_did_not_make(self):
        (self.volume / "tiny").mkdir()
        (self.volume / "tiny/mine").write_text("mine")
        self.fails("was not made by this step")
        self.assertEqual((self.volume / "tiny/mine").read_text(), "mine")

    def test_refuses_paths_that_lead_out(self):
        for path in ("../b.json", "/etc/b.json", "sub/../../b.json", "a//b", "./b"):
            self.declare({path: b"{}"})
            self.fails("is not a path inside a model")
        self.assertEqual(sorted(path.name for path in self.place.iterdir()), ["fetch", "models"])

    def test_says_what_is_wrong_with_the_source(self):
        self.declare({"absent.gguf": CONTENT})
        self.fails("answers 404")
        self.assertEqual(len(self.server.seen), 1)
        self.server.shutdown()
        self.server.server_close()
        self.declare({"a.gguf": CONTENT})
        self.fails("could not be fetched", "curl status 7")

    def test_a_token_reaches_its_host_and_nobody_else(self):
        other = Server()
        self.addCleanup(other.server_close)
        self.addCleanup(other.shutdown)
        other.files["/cdn"] = CONTENT
        self.server.redirects["/tiny/a.gguf"] = f"http://localhost:{other.server_port}/cdn"
        self.declare({"a.gguf": CONTENT}, auth="token")
        output = self.succeeds(FETCH_TOKEN="hf_secret")
        self.assertEqual(self.server.seen[0][2], "Bearer hf_secret")
        self.assertEqual([seen[2] for seen in other.seen], [None])
        self.assertNotIn("hf_secret", output)
        self.declare({"sub/b.json": b"{}"}, version="v2")
        self.server.seen.clear()
        self.succeeds(FETCH_TOKEN="hf_secret")
        self.assertEqual([seen[2] for seen in self.server.seen], [None])

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "only root can become another user")
    def test_runs_as_any_user_with_a_group_that_owns_the_volume(self):
        self.place.chmod(0o755)
        os.chown(self.volume, 0, NOBODY)
        self.volume.chmod(0o2775)
        user = ["setpriv", "--reuid", str(NOBODY), "--regid", "0", "--groups", str(NOBODY), "--no-new-privs"]
        code, output = self.run_script(wrap=user)
        self.assertEqual(code, 0, output)
        self.assert_whole()
        # Another user of the group goes on from there.
        self.declare({"a.gguf": CONTENT}, version="v2")
        user[2] = str(NOBODY + 1)
        code, output = self.run_script(wrap=user)
        self.assertEqual(code, 0, output)
        stranger = ["setpriv", "--reuid", "4711", "--regid", "4711", "--clear-groups"]
        self.declare({"a.gguf": CONTENT}, version="v3")
        self.fails("is not writable for uid 4711", wrap=stranger)

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("unshare"), "only root can mount")
    def test_a_read_only_volume_is_enough_when_nothing_is_missing(self):
        read_only = ["unshare", "-m", "sh", "-c", 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"', str(self.volume)]
        self.fails("not writable", wrap=read_only)
        self.succeeds()
        code, output = self.run_script(wrap=read_only)
        self.assertEqual(code, 0, output)

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("unshare"), "only root can mount")
    def test_a_full_volume_is_told(self):
        small = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs -o size=256k none "$0" && exec "$@"', str(self.volume)]
        self.fails("are missing and", "raise persistence.models.size", wrap=small)
        self.assertEqual(self.server.seen, [])
        self.declare({"a.gguf": CONTENT}, sizes=False)
        self.fails("could not be written", "KiB are free", wrap=small)


if __name__ == "__main__":
    unittest.main()
