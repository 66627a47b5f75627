"""Checks what a training run stands on, then ends: devices, rendezvous, shared memory, volumes, resumption.

Started by torchrun; every process prints one line, the first one a summary.
"""

import os
import pathlib
import sys

import torch
import torch.distributed as dist


def fatal(message):
    sys.exit(f"check: {message}")


def device():
    wanted = os.environ["TRAINING_DEVICE"]
    if wanted == "none":
        return torch.device("cpu"), "gloo"
    if wanted in ("amd", "nvidia"):
        if not torch.cuda.is_available():
            fatal(f"a device of {wanted} was asked for and torch {torch.__version__} sees none")
        return torch.device("cuda", int(os.environ["LOCAL_RANK"])), "nccl"
    if not torch.xpu.is_available():
        fatal(f"a device of {wanted} was asked for and torch {torch.__version__} sees none")
    return torch.device("xpu", int(os.environ["LOCAL_RANK"])), "xccl"


def count_on(directory):
    """Raises the number of checks that the volume has seen; what is read back must be what was written."""
    file = directory / "check.pt"
    seen = torch.load(file, weights_only=True)["seen"] if file.exists() else 0
    new = directory / "check.pt.new"
    torch.save({"seen": seen + 1}, new)
    os.replace(new, file)
    if torch.load(file, weights_only=True)["seen"] != seen + 1:
        fatal(f"{file} does not hold what was written")
    return seen + 1


def main():
    where, backend = device()
    if where.type == "cuda":
        torch.cuda.set_device(where)
    elif where.type == "xpu":
        torch.xpu.set_device(where)
    dist.init_process_group(backend)
    rank, world = dist.get_rank(), dist.get_world_size()
    total = torch.full((1 << 20,), float(rank), device=where)
    dist.all_reduce(total)
    expected = world * (world - 1) / 2
    if total[0].item() != expected or total[-1].item() != expected:
        fatal(f"rank {rank}: the sum over all ranks is {total[0].item()} and should be {expected}")
    name = torch.cuda.get_device_name(where) if where.type == "cuda" else where.type
    print(f"check: rank {rank} of {world} on {name}, node {os.environ.get('JOB_COMPLETION_INDEX', '0')}", flush=True)
    dist.barrier()
    if rank == 0:
        data = os.environ.get("DATASET_DIR")
        if data and not any(pathlib.Path(data).iterdir()):
            fatal(f"{data} is empty")
        shared = os.statvfs("/dev/shm")
        seen = count_on(pathlib.Path(os.environ["CHECKPOINT_DIR"]))
        print(
            f"check: torch {torch.__version__}, {world} processes agree; "
            f"/dev/shm {shared.f_frsize * shared.f_blocks >> 20} MiB; the volume has seen {seen} checks",
            flush=True,
        )
    dist.barrier()
    dist.destroy_process_group()


main()
