#!/bin/bash
# `helm test`: what a caller may rely on, seen from another pod.
set -euo pipefail

engine_host=${ENGINE_HOST:?} engine_port=${ENGINE_PORT:?}
proxy_host=${PROXY_HOST:-} proxy_port=${PROXY_PORT:-}

say() { printf 'test: %s\n' "$*"; }
die() {
  say "$*" >&2
  exit 1
}

# Status of a request without a token.
status() {
  local host=$1 port=$2 path=$3 line
  exec 3<>"/dev/tcp/$host/$port"
  printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$path" "$host" >&3
  IFS=' ' read -r _ line _ <&3
  exec 3>&-
  printf '%s\n' "$line"
}

[[ $(status "$engine_host" "$engine_port" /api/version) == 200 ]] || die "the engine does not answer"
say "engine answers"

first=""
while read -r -u 4 name _; do
  [[ -n $name ]] || continue
  first=${first:-$name}
  ollama show "$name" >/dev/null || die "$name is declared and cannot be served"
  say "$name can be served"
done 4<"${MODELS_FILE:-/config/models.txt}"

if [[ -n $proxy_host ]]; then
  [[ $(status "$proxy_host" "$proxy_port" /api/version) == 401 ]] || die "the proxy serves a caller without a token"
  say "proxy refuses a caller without a token"
fi

if [[ ${LOAD_MODEL:-false} == true && -n $first ]]; then
  ollama run "$first" "" </dev/null >/dev/null || die "$first does not load"
  placed=$(ollama ps | tail -n +2)
  say "loaded: $placed"
  if [[ ${GPU_REQUESTED:-false} == true && $placed != *GPU* ]]; then
    die "a GPU was requested and $first is on the CPU"
  fi
fi
