"""Models with random weights, made once and kept beside the applications."""

import hashlib
import os
import pathlib
import subprocess

import install

MAKER = pathlib.Path(__file__).resolve().parents[1] / "make_model.py"


def model(size):
    """Path of a GGUF file: "tiny" (256 KB) or "large" (1.2 GB)."""
    digest = hashlib.sha256(MAKER.read_bytes()).hexdigest()[:12]
    place = install.cache() / f"models-{digest}" / f"{size}.gguf"
    if not place.exists():
        tools = install.installed("gguf")
        if tools is None:
            raise FileNotFoundError("gguf is not installed: python3 tests/apps/install.py gguf")
        place.parent.mkdir(parents=True, exist_ok=True)
        half = place.with_suffix(".half")
        subprocess.run([tools / "bin/python", MAKER, size, half], check=True)
        os.replace(half, place)
    return place
