#!/bin/bash
# Fails when the engine, asked to list its devices, sees only the CPU.
#
# Without it a missing driver, a wrong image variant or device files that this user may not open end in a pod
# that is Ready and twenty times too slow.
set -euo pipefail

timeout_seconds=${REQUIRE_DEVICE_TIMEOUT_SECONDS:-120}
wanted=${REQUIRE_DEVICE_COUNT:-1}
log=$(mktemp)
server=""

say() { printf 'require-device: %s\n' "$*"; }

stop_server() {
  if [[ -n $server ]]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
}
trap stop_server EXIT
trap 'exit 143' TERM INT

# An empty store of its own: this is about devices, and nothing on the models volume may change.
OLLAMA_MODELS=$(mktemp -d)
export OLLAMA_MODELS OLLAMA_HOST="127.0.0.1:${REQUIRE_DEVICE_PORT:-11434}"
ollama serve >"$log" 2>&1 &
server=$!

# The engine writes one line for each device, or one for the CPU, and then the default context that follows.
for ((second = 0; second < timeout_seconds; second++)); do
  if grep -q 'vram-based default context' "$log"; then
    break
  fi
  if ! kill -0 "$server" 2>/dev/null; then
    break
  fi
  sleep 1
done

devices=$(grep 'msg="inference compute"' "$log" || true)
if [[ -z $devices ]]; then
  tail -n 20 "$log" >&2
  say "no result within $timeout_seconds s" >&2
  exit 1
fi
printf '%s\n' "$devices"
found=$(grep -cv 'library=cpu' <<<"$devices" || true)
if ((found == 0)); then
  grep -E 'level=(WARN|ERROR)|discovery|dropping' "$log" | tail -n 20 >&2 || true
  say "$wanted device(s) were requested, the engine sees only the CPU: check the node's driver, the image variant" \
    "(gpu.presets) and the groups that own the device files; set gpu.vendor to none to run on the CPU on purpose" >&2
  exit 1
fi
if ((found < wanted)); then
  # Not an error: several slices may be one card, and CUDA shows one MIG slice to a process.
  say "$wanted devices were requested, the engine lists $found" >&2
fi
say "$found device(s)"
