#!/usr/bin/env python3
"""Compares Plimsoll's figures with llama.cpp's own, byte for byte.

usage: examine.py HEADERS EXAMINER [--compute]

HEADERS is the example `headers` of plimsoll-size, EXAMINER the program built from examiner.cpp;
build.sh makes both. The weights may differ by the padding of buffers (64 bytes for each tensor at
most), the cache by nothing. Buffers to compute are shown and not judged: a build for the processor
lays them out in its own way.

Models that are small are also really loaded, with zeros for weights, and compute some tokens; what
llama.cpp then has allocated is compared in the same way.
"""

import json
import subprocess
import sys
import tempfile
from collections import defaultdict

PADDING = 64 * 4096

# In bytes of weights.
SMALL = 900_000_000


def main() -> int:
    headers, examiner = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([headers, folder], capture_output=True, text=True, check=True)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        asked = [ask(examiner, row) for row in rows]
        small = [row for row in rows if row["weights"] < SMALL and row["context"] <= 32768]
        loaded = [ask(examiner, row, real=True) for row in small]
    print("-- estimated by llama.cpp")
    wrong = judge(rows, asked)
    print("-- really loaded and computed")
    return judge(small, loaded) or wrong


def ask(examiner: str, row: dict, real: bool = False) -> str:
    """One process for each question: llama.cpp aborts where it cannot go on."""
    line = (
        f"{row['path']} {row['context']} {row['parallel']} {row['key']} {row['value']} "
        f"{row['flash']:d} {row['unified']:d} {row['swa_full']:d} {row['ubatch']} {real:d}\n"
    )
    for _ in range(5):
        done = subprocess.run([examiner], input=line, capture_output=True, text=True)
        # ggml's table of tensors now and then aborts as full, by where memory happens to lie.
        if done.returncode != -6 or "ggml-impl.h" not in done.stderr:
            break
    if done.returncode != 0:
        return f"error {done.returncode}: {done.stderr.strip()[-300:]}"
    answer = done.stdout.strip()
    return f"{answer} {done.stderr.strip()[-300:]}" if answer.startswith("error") else answer


def judge(rows: list, answers: list) -> int:
    wrong = 0
    unanswered = 0
    seen = defaultdict(int)
    models = set()
    offs = []
    for row, answer in zip(rows, answers):
        name = row["path"].rsplit("/", 1)[-1].removesuffix(".gguf")
        flags = (
            f"-c {row['context']} -np {row['parallel']} -ctk {row['key']} -ctv {row['value']}"
            f"{'' if row['flash'] else ' -fa off'}{' -kvu' if row['unified'] else ''}"
            f"{' --swa-full' if row['swa_full'] else ''} -ub {row['ubatch']}"
        )
        if answer.startswith("error"):
            print(f"{name} {flags}: llama.cpp gives no answer: {answer}")
            unanswered += 1
            continue
        weights, cache, compute = map(int, answer.split())
        seen[row["architecture"]] += 1
        models.add(name)
        if not 0 <= weights - row["weights"] <= PADDING:
            print(f"{name} {flags}: weights {row['weights']}, llama.cpp {weights}")
            wrong += 1
        if cache != row["cache"]:
            print(f"{name} {flags}: cache {row['cache']}, llama.cpp {cache}")
            wrong += 1
        offs.append((row["compute"] / compute - 1, name, flags, row["compute"], compute))
    offs.sort()
    print(f"{len(rows)} questions, {len(models)} models, {len(seen)} architectures: {dict(seen)}")
    print(f"weights and caches: {wrong} differences, {unanswered} without an answer")
    if offs:
        middle = offs[len(offs) // 2]
        close = sum(abs(off[0]) <= 0.3 for off in offs)
        print(f"buffers to compute: {close} of {len(offs)} within 30 %, the middle one {middle[0]:+.1%}")
        if "--compute" in sys.argv:
            for off, name, flags, ours, theirs in offs:
                print(f"  {off:+7.1%} {name} {flags}: {ours} for {theirs}")
    # llama.cpp itself aborts on a question in a few hundred; more would mean that headers are wrong.
    return 1 if wrong or unanswered * 100 > len(rows) else 0


if __name__ == "__main__":
    sys.exit(main())
