#!/usr/bin/env bash
# Installs the real Helm of both major versions into .tools, pinned, and PyYAML where Python has none.
# Where Go is absent it says so and leaves: the tests that need Helm then count as skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

HELM4=v4.2.4
HELM3=v3.21.4
PYYAML=6.0.3

if ! python3 -c 'import yaml' 2>/dev/null && [ ! -x .tools/python/bin/python3 ]; then
  python3 -m venv .tools/python
  .tools/python/bin/pip install --quiet "PyYAML==$PYYAML"
fi

if ! command -v go >/dev/null; then
  echo "Go is not installed: no real Helm to compare with" >&2
  exit 0
fi

install() { # directory, module, version
  if [ -x ".tools/$1/helm" ] && [ "$(cat ".tools/$1/version" 2>/dev/null)" = "$3" ]; then
    return
  fi
  mkdir -p ".tools/$1"
  GOBIN="$PWD/.tools/$1" go install "$2@$3"
  echo "$3" > ".tools/$1/version"
}

install helm4 helm.sh/helm/v4/cmd/helm "$HELM4"
install helm3 helm.sh/helm/v3/cmd/helm "$HELM3"
