#!/bin/bash
# Brings the declared models onto the models volume, then ends.
#
# Input   MODELS_FILE  one model a line: its name and, after a blank, the digest it is pinned to (may be missing)
#         DECLARED_FILE  the same models in the same order, a JSON object a line, for the record
#         PULL_POLICY  IfNotPresent or Always
# Output  manifests and blobs below OLLAMA_MODELS, and below provenance/ in it a record of each model: what was
#         declared, when, the manifest's digest, and digest and bytes of each blob
#         exit 0 only when every model is complete and as pinned
#
# Safe to run again: what is complete is left alone, what is half there is continued.
set -euo pipefail

models_file=${MODELS_FILE:-/config/models.txt}
declared_file=${DECLARED_FILE:-/config/models.jsonl}
policy=${PULL_POLICY:-IfNotPresent}
attempts=${PULL_ATTEMPTS:-3}
timeout_seconds=${PULL_TIMEOUT_SECONDS:-3600}
retry_seconds=${PULL_RETRY_SECONDS:-10}
lock_seconds=${LOCK_TIMEOUT_SECONDS:-0}
port=${FETCH_PORT:-11434}
store=${OLLAMA_MODELS:?must name the models directory}
log=$(mktemp)
server=""

say() { printf 'fetch-models: %s\n' "$*"; }
die() {
  say "$*" >&2
  exit 1
}

stop_server() {
  if [[ -n $server ]]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
}
trap stop_server EXIT
trap 'exit 143' TERM INT

# The file that holds a model's manifest: host/namespace/model/tag, with the engine's own defaults.
manifest_path() {
  local name=${1#*://} tag=latest last parts
  last=${name##*/}
  if [[ $last == *:* ]]; then
    tag=${last##*:}
    name=${name%:*}
  fi
  IFS=/ read -r -a parts <<<"$name"
  case ${#parts[@]} in
    1) printf '%s/manifests/registry.ollama.ai/library/%s/%s\n' "$store" "${parts[0]}" "$tag" ;;
    2) printf '%s/manifests/registry.ollama.ai/%s/%s/%s\n' "$store" "${parts[0]}" "${parts[1]}" "$tag" ;;
    3) printf '%s/manifests/%s/%s/%s/%s\n' "$store" "${parts[0]}" "${parts[1]}" "${parts[2]}" "$tag" ;;
    *) die "'$1' is not a model name" ;;
  esac
}

# True when the manifest is there and so is every blob that it lists.
complete() {
  local manifest=$1 digest
  [[ -s $manifest ]] || return 1
  while read -r digest; do
    [[ -s $store/blobs/${digest/:/-} ]] || return 1
  done < <(grep -oE 'sha256:[0-9a-f]{64}' "$manifest" | sort -u)
}

# True when no digest is asked for, or the manifest's begins with it.
as_pinned() {
  local manifest=$1 want=${2#sha256:} have
  [[ -n $want ]] || return 0
  have=$(sha256sum "$manifest" | cut -c1-64)
  [[ $have == "$want"* ]]
}

# The engine downloads only while it serves. It listens to this pod alone and prunes nothing, so that an
# interrupted download can be continued.
start_server() {
  [[ -z $server ]] || return 0
  if [[ -f ${REGISTRY_KEY_FILE:-/registry-key/id_ed25519} ]]; then
    mkdir -p "$HOME/.ollama"
    cp "${REGISTRY_KEY_FILE:-/registry-key/id_ed25519}" "$HOME/.ollama/id_ed25519"
    chmod 0600 "$HOME/.ollama/id_ed25519"
  fi
  export OLLAMA_HOST="127.0.0.1:$port" OLLAMA_NOPRUNE=1
  ollama serve >"$log" 2>&1 &
  server=$!
  local second
  for ((second = 0; second < 120; second++)); do
    if ollama list >/dev/null 2>&1; then
      return 0
    fi
    if ! kill -0 "$server" 2>/dev/null; then
      tail -n 20 "$log" >&2
      die "the engine did not start"
    fi
    sleep 1
  done
  tail -n 20 "$log" >&2
  die "the engine did not answer within 120 s"
}

# One attempt, with a line every half minute instead of a progress bar.
pull_once() {
  local name=$1 started=$SECONDS output pid status=0
  local flags=()
  [[ ${PULL_INSECURE:-false} != true ]] || flags+=(--insecure)
  output=$(mktemp)
  timeout "$timeout_seconds" ollama pull "${flags[@]}" "$name" >"$output" 2>&1 &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    if (((SECONDS - started) % 30 == 29)); then
      say "$name: $(du -sh "$store/blobs" 2>/dev/null | cut -f1) on the volume after $((SECONDS - started)) s"
    fi
    sleep 1
  done
  wait "$pid" || status=$?
  if ((status != 0)); then
    # The bar's control sequences are dropped; its last line says what went wrong.
    say "$name: pull ended with status $status: $(tr '\r' '\n' <"$output" | sed 's/\x1b\[[0-9;?]*[A-Za-z]//g' | grep -v '^ *$' | tail -n 1)"
  fi
  rm -f "$output"
  return "$status"
}

pull() {
  local name=$1 want=$2 manifest=$3 attempt kept=""
  start_server
  if [[ -s $manifest ]]; then
    kept=$(mktemp)
    cp "$manifest" "$kept"
  fi
  for ((attempt = 1; attempt <= attempts; attempt++)); do
    say "$name: pulling, attempt $attempt of $attempts"
    if pull_once "$name"; then
      break
    fi
    if ((attempt == attempts)); then
      die "$name: could not be pulled; check the name, the registry and the network policy's egress"
    fi
    sleep "$((attempt * retry_seconds))"
  done
  if ! as_pinned "$manifest" "$want"; then
    local have
    have=$(sha256sum "$manifest" | cut -c1-64)
    # Nothing was pruned, so the version that was here before is still whole.
    if [[ -n $kept ]]; then
      cp "$kept" "$manifest"
    else
      rm -f "$manifest"
    fi
    die "$name: pinned to $want, but the registry now serves sha256:$have; review it and change the pin"
  fi
  complete "$manifest" || die "$name: pulled, yet blobs are missing on the volume"
}

# Writes the record of a model, unless there is one of this manifest.
record() {
  local manifest=$1 declared=$2 file digest blob separator=""
  file=$store/provenance/${manifest#"$store"/manifests/}.json
  digest=sha256:$(sha256sum "$manifest" | cut -c1-64)
  if [[ -s $file ]] && grep -qF "\"manifest\":\"$digest\"" "$file"; then
    return 0
  fi
  mkdir -p "$(dirname "$file")"
  {
    printf '{"model":%s,"recorded":"%s","manifest":"%s","blobs":[' "$declared" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$digest"
    while read -r blob; do
      printf '%s\n{"digest":"%s","bytes":%s}' "$separator" "$blob" "$(stat -c %s "$store/blobs/${blob/:/-}")"
      separator=,
    done < <(grep -oE 'sha256:[0-9a-f]{64}' "$manifest" | sort -u)
    printf ']}\n'
  } >"$file.new"
  mv "$file.new" "$file"
}

[[ -r $models_file ]] || die "cannot read $models_file"
[[ -d $store && -w $store ]] || die "$store is not a writable directory for uid $(id -u), groups $(id -G)"

if ((lock_seconds > 0)); then
  exec 9>"$store/.fetch-models.lock"
  flock -w "$lock_seconds" 9 || die "another pod held $store/.fetch-models.lock for $lock_seconds s"
fi

line=0
while read -r -u 4 name digest _; do
  [[ -n $name ]] || continue
  line=$((line + 1))
  declared=$(sed -n "${line}p" "$declared_file" 2>/dev/null || true)
  declared=${declared:-null}
  manifest=$(manifest_path "$name")
  if [[ $policy != Always ]] && complete "$manifest" && as_pinned "$manifest" "$digest"; then
    say "$name: already on the volume"
    record "$manifest" "$declared"
    continue
  fi
  # A pinned model that is whole needs no registry, whatever the policy.
  if [[ -n $digest ]] && complete "$manifest" && as_pinned "$manifest" "$digest"; then
    say "$name: already on the volume as pinned"
    record "$manifest" "$declared"
    continue
  fi
  pull "$name" "$digest" "$manifest"
  record "$manifest" "$declared"
  say "$name: ready, sha256:$(sha256sum "$manifest" | cut -c1-64)"
done 4<"$models_file"

say "$(df -h "$store" | tail -n 1 | tr -s ' ' | cut -d' ' -f3,4) used and free on the models volume"
