#!/usr/bin/env bash
# Runs every fuzz target for some seconds, 20 unless told otherwise, from the corpus that is kept in
# fuzz/corpus. Stable Rust and a C++ compiler are enough; cargo-fuzz is installed, pinned, into
# .tools. What a run learns stays in fuzz/target; a finding lies in fuzz/artifacts.
set -euo pipefail
cd "$(dirname "$0")/.."

VERSION=0.13.1
SECONDS_EACH="${1:-20}"

if [ "$(cat .tools/cargo-fuzz/version 2>/dev/null)" != "$VERSION" ]; then
  cargo install --locked --quiet cargo-fuzz --version "$VERSION" --root .tools/cargo-fuzz
  echo "$VERSION" > .tools/cargo-fuzz/version
fi
export PATH="$PWD/.tools/cargo-fuzz/bin:$PATH"

# The code holds no `unsafe`, so there is nothing for a sanitizer to find, and without one no nightly
# compiler is needed.
cargo fuzz build --fuzz-dir fuzz --sanitizer none

for target in $(cargo fuzz list --fuzz-dir fuzz); do
  dictionary="fuzz/dictionaries/$target.dict"
  [ -e "$dictionary" ] || dictionary=fuzz/dictionaries/template.dict
  found="fuzz/target/found/$target"
  mkdir -p "$found"
  cargo fuzz run --fuzz-dir fuzz --sanitizer none "$target" "$found" "fuzz/corpus/$target" -- \
    -max_total_time="$SECONDS_EACH" -dict="$dictionary" -max_len=4096 -timeout=30 \
    -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0
done
