"""A hand-made pod runs as a kubelet would run it. Skipped without root, bubblewrap or network namespaces."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

SMOKE = pathlib.Path(__file__).resolve().parent / "smoke.py"


def missing():
    """Why the pod cannot run here, or None."""
    if os.geteuid() != 0:
        return "not root"
    for program in ("bwrap", "ip", "nsenter", "setpriv", "unshare"):
        if not shutil.which(program):
            return f"{program} is not installed"
    made = subprocess.run(["unshare", "--net", "ip", "link", "add", "probe0", "type", "bridge"], capture_output=True, text=True)
    return None if made.returncode == 0 else f"no bridge in a network namespace: {made.stderr.strip()}"


@unittest.skipIf(missing(), missing())
class Pods(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        done = subprocess.run([sys.executable, SMOKE], capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)
        cls.seen = json.loads(done.stdout)

    def test_who_it_is_and_what_it_is_given(self):
        lines = self.seen["init"].splitlines()
        self.assertEqual(lines[:5], ["1000660000", "0", "0 1000660000", "hello", f"value {self.seen['address']} 2"])
        self.assertEqual(lines[-1], "2777:1000660000")

    def test_only_mounts_can_be_written(self):
        refused = [line for line in self.seen["init"].splitlines() if "Read-only file system" in line]
        self.assertEqual(len(refused), 3, self.seen["init"])

    def test_probes(self):
        answers = self.seen["answers"]
        self.assertEqual((answers["startupProbe"][0], answers["startupProbe"][-1]), ("refused", "200"))
        self.assertEqual(set(answers["readinessProbe"]), {"exit 0"})
        self.assertEqual(answers["livenessProbe"][-1], "404")
        self.assertGreater(self.seen["ready"], 1.4)

    def test_network(self):
        self.assertEqual(self.seen["asked"].split(), ["served", "gaierror", "OSError"])
        self.assertEqual(self.seen["names"], ["away.example.org"])

    def test_the_end(self):
        self.assertEqual((self.seen["end"], self.seen["killed"]), (7, False))


if __name__ == "__main__":
    unittest.main()
