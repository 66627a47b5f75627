{{/* Run by /bin/sh of an image with curl. It holds no Helm expression; tools/test_model_fetch.py runs it as it stands. */}}
{{- define "ai-app.modelFetchScript" -}}
#!/bin/sh
# Brings the declared models onto a volume, then ends. Run by sh with curl, sha256sum and flock beside it.
#
# Usage   fetch-models.sh fetch | wait
#         fetch brings what is missing; wait only looks, until another pod has brought it
# Input   FETCH_DIR/models.txt     a model a line: name, version
#         FETCH_DIR/NAME.files     a file a line: sha256, bytes or "-", "token" or "-", address, path
#         FETCH_DIR/NAME.json      what is declared about the model, for the record
#         FETCH_KEEP_OLD           true keeps older versions of a model, for other readers of the volume
#         FETCH_TOKEN              sent as a bearer token to the addresses marked "token"
# Output  MODELS_DIR/NAME          a link to the version, which appears only when every file of it is right
#         NAME/.provenance.json    source, revision, licence, date, and checksum and bytes of each file
#         exit 0 only when every declared model is there
#
# Safe to run again and from several pods at once: one writes, the others wait. What is half there is continued.
set -eu
umask 002

do=${1:?fetch or wait}
lists=${FETCH_DIR:-/fetch}
root=${MODELS_DIR:?must name the models directory}
attempts=${FETCH_ATTEMPTS:-5}
timeout_seconds=${FETCH_TIMEOUT_SECONDS:-3600}
retry_seconds=${FETCH_RETRY_SECONDS:-5}
poll_seconds=${FETCH_POLL_SECONDS:-1}
child=""
deadline=0

say() { printf '%s-models: %s\n' "$do" "$*"; }
die() {
  say "$*" >&2
  exit 1
}
now() { date +%s; }
stop() {
  [ -z "$child" ] || kill "$child" 2>/dev/null || true
  exit 143
}
trap stop TERM INT

# The size of a file without reading it.
size() { stat -c %s "$1" 2>/dev/null || echo 0; }

sum() { sha256sum "$1" | cut -d ' ' -f 1; }

# True when the name leads to this version and every file of it has the bytes that it had when it was checked.
complete() {
  [ "$(readlink "$root/$1" 2>/dev/null)" = ".fetch/versions/$1@$2" ] || return 1
  whole "$root/$1"
}

whole() {
  [ -s "$1/.provenance.json" ] && [ -s "$1/.files" ] || return 1
  while read -r _ bytes path; do
    [ -f "$1/$path" ] && [ "$(size "$1/$path")" = "$bytes" ] || return 1
  done <"$1/.files"
}

# One attempt at one file. What has arrived stays in $2 and is continued.
transfer() {
  address=$1 part=$2 auth=$3
  redirects=http,https
  case $address in https://*) redirects=https ;; esac
  # The token goes in over a pipe: arguments can be read by others.
  if [ "$auth" = token ] && [ -n "${FETCH_TOKEN:-}" ]; then
    printf 'header = "Authorization: Bearer %s"\n' "$FETCH_TOKEN"
  fi | curl -q --config - --fail --location --silent --show-error --globoff \
    --proto =http,https --proto-redir "=$redirects" --connect-timeout 30 --speed-limit 1024 --speed-time 60 \
    --continue-at - --output "$part" --write-out '%{http_code}' "$address" >"$part.status" 3<&- 4<&- 9>&- &
  child=$!
  started=$(now)
  reported=$started
  while kill -0 "$child" 2>/dev/null; do
    sleep "$poll_seconds"
    if [ "$(now)" -ge "$deadline" ]; then
      kill "$child" 2>/dev/null || true
      die "$part: not whole within FETCH_TIMEOUT_SECONDS=$timeout_seconds; the next start goes on from there"
    fi
    if [ $(($(now) - reported)) -ge 30 ]; then
      reported=$(now)
      say "$(size "$part") bytes of $path after $((reported - started)) s"
    fi
  done
  status=0
  wait "$child" || status=$?
  child=""
  code=$(cat "$part.status" 2>/dev/null || true)
  rm -f "$part.status"
}

# Brings one file into the directory of parts and compares it; true when it is right.
bring() {
  want=$1 bytes=$2 auth=$3 address=$4 path=$5 dir=$6
  part=$dir/$path
  mkdir -p "$(dirname "$part")"
  if [ -f "$part" ] && [ "$bytes" != - ] && [ "$(size "$part")" -gt "$bytes" ]; then
    rm -f "$part"
  fi
  attempt=1
  again=yes
  while :; do
    had=$(size "$part")
    # A part that has all its bytes is not asked for again.
    if [ "$had" -gt 0 ] && [ "$had" = "$bytes" ]; then
      [ "$(sum "$part")" != "$want" ] || return 0
      rm -f "$part"
      had=0
    fi
    transfer "$address" "$part" "$auth"
    # 416: there is nothing after what is here, so it may be whole.
    if [ "$status" = 0 ] || [ "$code" = 416 ]; then
      have=$(sum "$part")
      [ "$have" != "$want" ] || return 0
      rm -f "$part"
      # What was continued may have been another file's beginning: once from the start, then it is the source.
      if [ "$had" -gt 0 ] && [ "$again" = yes ]; then
        again=no
        say "$path: what was left of an earlier attempt does not fit; from the start"
        continue
      fi
      die "$path: expected sha256 $want, $address serves $have; refused and removed"
    fi
    case $status in
      23) die "$path: could not be written: $(df -P -k "$root" | tail -n 1 | tr -s ' ' | cut -d ' ' -f 4) KiB are free on the models volume" ;;
      33) rm -f "$part" ;;
    esac
    case $code in
      401 | 403 | 404 | 410) die "$path: $address answers $code; check the source, the revision and the token" ;;
    esac
    if [ "$attempt" -ge "$attempts" ]; then
      die "$path: could not be fetched from $address (curl status $status, HTTP $code); check the address and the network policy's egress"
    fi
    say "$path: attempt $attempt of $attempts ended with curl status $status, HTTP $code"
    sleep $((attempt * retry_seconds))
    attempt=$((attempt + 1))
  done
}

# Refuses a list that leads out of the directory, and one that does not fit on the volume.
examine() {
  list=$1 dir=$2 missing=0
  while read -r want bytes _ _ path; do
    case /$path/ in
      //* | */../* | */./* | *//?*) die "$path is not a path inside a model" ;;
    esac
    [ ${#want} = 64 ] || die "$path: $want is not a sha256"
    [ "$bytes" = - ] || missing=$((missing + bytes - $(size "$dir/$path")))
  done <"$list"
  free=$(df -P -k "$root" | tail -n 1 | tr -s ' ' | cut -d ' ' -f 4)
  if [ $((missing / 1024)) -gt "$free" ]; then
    die "$((missing / 1048576)) MiB are missing and $((free / 1024)) MiB are free on the models volume; raise persistence.models.size"
  fi
}

record() {
  name=$1 dir=$2 separator=""
  : >"$dir/.files"
  {
    printf '{"model":'
    cat "$lists/$name.json"
    printf ',"fetched":"%s","files":[' "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
    while read -r want _ _ address path; do
      bytes=$(size "$dir/$path")
      printf '%s %s %s\n' "$want" "$bytes" "$path" >>"$dir/.files"
      printf '%s\n{"path":"%s","sha256":"%s","bytes":%s,"address":"%s"}' "$separator" "$path" "$want" "$bytes" "$address"
      separator=,
    done <"$lists/$name.files"
    printf ']}\n'
  } >"$dir/.provenance.json.new"
  mv "$dir/.provenance.json.new" "$dir/.provenance.json"
}

# The directory gets its place in one step, and then the name leads there in one step.
publish() {
  name=$1 version=$2 dir=$3
  place=$root/.fetch/versions/$name@$version
  mkdir -p "$root/.fetch/versions"
  rm -rf "$place"
  sync -f "$dir" 2>/dev/null || sync
  mv "$dir" "$place"
  link "$name" "$version"
  [ "${FETCH_KEEP_OLD:-false}" = true ] || remove_others "$name" "$version"
}

# Versions of the same name that nothing leads to any more, and what is left of attempts at them.
remove_others() {
  for other in "$root/.fetch/versions/$1@"* "$root/.fetch/parts/$1@"*; do
    case $other in
      *"/$1@$2") ;;
      *) [ ! -e "$other" ] || { say "$1: removing ${other##*/}" && rm -rf "$other"; } ;;
    esac
  done
}

link() {
  if [ -e "$root/$1" ] && [ ! -L "$root/$1" ]; then
    die "$root/$1 is there and was not made by this step; move it away"
  fi
  rm -f "$root/.fetch/link.$1"
  ln -s ".fetch/versions/$1@$2" "$root/.fetch/link.$1"
  # Relative to where the link ends up, not to where it is made.
  mv -T "$root/.fetch/link.$1" "$root/$1"
}

fetch() {
  name=$1 version=$2
  if [ -e "$root/$name" ] && [ ! -L "$root/$name" ]; then
    die "$root/$name is there and was not made by this step; move it away"
  fi
  if whole "$root/.fetch/versions/$name@$version"; then
    link "$name" "$version"
    return
  fi
  dir=$root/.fetch/parts/$name@$version
  mkdir -p "$dir"
  examine "$lists/$name.files" "$dir"
  while read -r want bytes auth address path <&4; do
    bring "$want" "$bytes" "$auth" "$address" "$path" "$dir"
    say "$name: $path is right"
  done 4<"$lists/$name.files"
  record "$name" "$dir"
  publish "$name" "$version" "$dir"
}

# One writer at a time; the lock goes with the process, however that ends.
take_lock() {
  mkdir -p "$root/.fetch" 2>/dev/null || true
  [ -w "$root/.fetch" ] || die "$root is not writable for uid $(id -u), groups $(id -G), and models are missing"
  exec 9>"$root/.fetch/lock"
  waiting=""
  until flock -n 9; do
    [ -n "$waiting" ] || say "another pod is fetching; waiting"
    waiting=yes
    [ "$(now)" -lt "$deadline" ] || die "another pod held $root/.fetch/lock for $timeout_seconds s"
    sleep "$poll_seconds"
  done
}

await() {
  waiting=""
  until complete "$1" "$2"; do
    [ -n "$waiting" ] || say "$1: not on the volume yet; waiting"
    waiting=yes
    [ "$(now)" -lt "$deadline" ] || die "$1: not on the volume after $timeout_seconds s; look at the step that fetches it"
    sleep "$poll_seconds"
  done
}

[ -r "$lists/models.txt" ] || die "cannot read $lists/models.txt"
[ -d "$root" ] || die "$root is not a directory"
locked=""
while read -r name version <&3; do
  [ -n "$name" ] || continue
  deadline=$(($(now) + timeout_seconds))
  if complete "$name" "$version"; then
    say "$name: already on the volume"
    continue
  fi
  case $do in
    wait) await "$name" "$version" ;;
    fetch)
      [ -n "$locked" ] || take_lock
      locked=yes
      complete "$name" "$version" || fetch "$name" "$version"
      ;;
    *) die "fetch or wait, not $do" ;;
  esac
  say "$name: ready, version $version"
done 3<"$lists/models.txt"
{{- end }}
