"""Charts that `plimsoll new` makes, rendered by real Helm of both majors and by Plimsoll: the same bytes.

Every pattern with every vendor, on both flavours in turn, each with another way in and other secrets.
"""

import itertools
import os
import pathlib
import subprocess
import tempfile
import unittest

from test_library_charts import HELM, PLIMSOLL

KUBE_VERSION = "1.33.0"
PATTERNS = (
    ["engine", "--engine", "ollama", "--model", "llama3.1:8b"],
    ["engine", "--engine", "llama.cpp", "--model", "qwen3:8b"],
    ["engine", "--engine", "vllm", "--model", "hf://Qwen/Qwen3-8B"],
    ["engine", "--engine", "tei", "--model", "hf://BAAI/bge-m3"],
    ["gateway"],
    ["ui"],
    ["notebook"],
    ["training"],
    ["any", "--port", "9000", "--health", "/healthz"],
)
VENDORS = ("none", "amd", "intel", "nvidia")
WAYS = (
    [],
    ["--platform", "openshift", "--host", "app.example.com", "--secret-store", "vault"],
    ["--host", "app.example.com", "--gateway", "gateways/public", "--storage-class", "fast"],
    ["--host", "app.example.com", "--ingress-class", "nginx", "--ingress-namespace", "ingress-nginx", "--caller", "litellm"],
)


def orders():
    """Flags of `plimsoll new`: each pattern with each vendor it can use, the ways in taking turns."""
    turn = itertools.cycle(WAYS)
    for pattern in PATTERNS:
        for vendor in VENDORS:
            if "vllm" in pattern and vendor == "none":
                # The arithmetic knows vLLM on GPUs only, and says so.
                continue
            flags = [*pattern, *next(turn)]
            if pattern[0] == "training":
                flags = [*pattern, "--platform", "openshift", "--storage-class", "fast"]
            if pattern[0] in ("gateway", "ui"):
                if vendor != "none":
                    flags = [*pattern, *next(turn)]
            else:
                flags += ["--gpu", vendor]
                if vendor != "none" or pattern[0] == "any":
                    flags += ["--image", "registry.example.com/ai/app:1.2.3"]
            yield flags
        next(turn)


def run(*command, cwd=None):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, cwd=cwd)
    return done.returncode, done.stdout, done.stderr


@unittest.skipUnless(all(os.path.exists(helm) for helm in HELM.values()), "real Helm is not installed")
@unittest.skipUnless(os.path.exists(PLIMSOLL), "Plimsoll is not built")
class NewCharts(unittest.TestCase):
    def test_every_order_is_clean_and_renders_as_in_helm(self):
        with tempfile.TemporaryDirectory() as scratch:
            for number, flags in enumerate(orders()):
                name = f"app-{number}"
                with self.subTest(flags=" ".join(flags)):
                    code, out, error = run(PLIMSOLL, "new", flags[0], name, *flags[1:], cwd=scratch)
                    self.assertEqual(code, 0, out + error)
                    chart = pathlib.Path(scratch) / name
                    for major, helm in HELM.items():
                        common = ["release", chart, "-n", "ai", "--kube-version", KUBE_VERSION]
                        failed, wanted, error = run(helm, "template", *common)
                        self.assertEqual(failed, 0, error)
                        code, ours, error = run(PLIMSOLL, "render", *common, "--helm-profile", major)
                        self.assertEqual(code, 0, error)
                        self.assertEqual(ours == wanted, True, f"other bytes than Helm {major}")


if __name__ == "__main__":
    unittest.main()
