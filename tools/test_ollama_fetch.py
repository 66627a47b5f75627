"""Runs the Ollama chart's script that fetches models, with a stand-in for the engine that pulls from a table."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "charts/ai/ollama/files/fetch-models.sh"
BLOB = b"weights"
DIGEST = hashlib.sha256(BLOB).hexdigest()
MANIFEST = json.dumps({"layers": [{"digest": f"sha256:{DIGEST}"}]})
# `serve` waits, `list` answers, `pull` puts the one model that there is onto the volume.
ENGINE = f"""#!/bin/bash
case $1 in
  serve) exec sleep 60 ;;
  list) exit 0 ;;
  pull)
    echo "$*" >>"$PULLED"
    [[ ${{*: -1}} == tiny:1b ]] || {{ echo "no such model" >&2; exit 1; }}
    mkdir -p "$OLLAMA_MODELS/manifests/registry.ollama.ai/library/tiny" "$OLLAMA_MODELS/blobs"
    printf %s '{BLOB.decode()}' >"$OLLAMA_MODELS/blobs/sha256-{DIGEST}"
    printf %s '{MANIFEST}' >"$OLLAMA_MODELS/manifests/registry.ollama.ai/library/tiny/1b"
    ;;
esac
"""


@unittest.skipUnless(shutil.which("bash") and shutil.which("flock"), "bash and flock are not installed")
class OllamaFetch(unittest.TestCase):
    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.place)
        self.store = self.place / "models"
        for name in ("models", "bin", "home"):
            (self.place / name).mkdir()
        engine = self.place / "bin/ollama"
        engine.write_text(ENGINE)
        engine.chmod(0o755)

    def run_script(self, models, **environment):
        (self.place / "models.txt").write_text("".join(f"{name} {digest}\n" for name, digest in models))
        (self.place / "models.jsonl").write_text("".join(json.dumps({"name": name, "license": "MIT"}) + "\n" for name, _ in models))
        env = {
            "PATH": f"{self.place}/bin:{os.environ['PATH']}",
            "HOME": self.place / "home",
            "PULLED": self.place / "pulled",
            "MODELS_FILE": self.place / "models.txt",
            "DECLARED_FILE": self.place / "models.jsonl",
            "OLLAMA_MODELS": self.store,
            "PULL_ATTEMPTS": "1",
            **environment,
        }
        return subprocess.run(
            ["bash", SCRIPT], env={key: str(value) for key, value in env.items()}, capture_output=True, text=True, timeout=60, check=False
        )

    @property
    def record(self):
        return self.store / "provenance/registry.ollama.ai/library/tiny/1b.json"

    def test_writes_a_record_beside_the_model(self):
        done = self.run_script([("tiny:1b", "")])
        self.assertEqual(done.returncode, 0, done.stderr)
        record = json.loads(self.record.read_text())
        self.assertEqual(record["model"], {"name": "tiny:1b", "license": "MIT"})
        self.assertEqual(record["manifest"], "sha256:" + hashlib.sha256(MANIFEST.encode()).hexdigest())
        self.assertEqual(record["blobs"], [{"digest": f"sha256:{DIGEST}", "bytes": len(BLOB)}])

    def test_the_second_run_pulls_nothing_and_keeps_the_record(self):
        self.run_script([("tiny:1b", "")])
        before = self.record.stat().st_mtime_ns
        done = self.run_script([("tiny:1b", "")])
        self.assertIn("already on the volume", done.stdout)
        self.assertEqual(self.record.stat().st_mtime_ns, before)
        self.assertEqual((self.place / "pulled").read_text().count("\n"), 1)

    def test_a_model_from_before_gets_its_record(self):
        self.run_script([("tiny:1b", "")])
        shutil.rmtree(self.store / "provenance")
        self.assertEqual(self.run_script([("tiny:1b", "")]).returncode, 0)
        self.assertTrue(self.record.exists())

    def test_another_manifest_than_the_pinned_one_leaves_nothing(self):
        done = self.run_script([("tiny:1b", "sha256:" + "0" * 64)])
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("pinned to", done.stderr)
        self.assertFalse(self.record.exists())
        self.assertFalse((self.store / "manifests/registry.ollama.ai/library/tiny/1b").exists())

    def test_a_model_that_does_not_exist_is_told(self):
        done = self.run_script([("other:1b", "")])
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("could not be pulled", done.stderr)


if __name__ == "__main__":
    unittest.main()
