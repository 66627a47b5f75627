#!/bin/sh
# Writes go.mod and go.sum anew for the Kubernetes release that is named: ./pin.sh v1.36.4
#
# Kubernetes requires its staging repositories at v0.0.0, which does not exist, and replaces them by
# directories of its own. Every release v1.X.Y publishes them as v0.X.Y, so that is what they are
# replaced by here; the list is read from the release itself, because it changes.
set -eu
release=${1:?the release of Kubernetes, such as v1.36.4}
cd "$(dirname "$0")"
export GOTOOLCHAIN=local GOFLAGS=-mod=mod GOWORK=off
staging=v0.${release#v1.}

upstream=$(cd / && go mod download -json "k8s.io/kubernetes@$release" |
    sed -n 's/.*"GoMod": "\(.*\)",*/\1/p')

{
    echo 'module plimsoll.test/lab'
    echo
    sed -n '/^go [0-9]/p' "$upstream"
    sed -n '/^godebug /p' "$upstream"
    echo
    echo 'tool ('
    for command in kube-apiserver kube-controller-manager kube-scheduler; do
        printf '\tk8s.io/kubernetes/cmd/%s\n' "$command"
    done
    echo ')'
    echo
    printf 'require k8s.io/kubernetes %s\n' "$release"
    sed -n 's/^\t\(go.etcd.io\/etcd\/server\/v3 v[^ ]*\).*/require \1/p' "$upstream"
    echo
    echo 'replace ('
    sed -n 's/^\t\(k8s.io\/[^ ]*\) => \.\/staging\/.*/\1/p' "$upstream" |
        while read -r path; do printf '\t%s => %s %s\n' "$path" "$path" "$staging"; done
    echo ')'
} >go.mod
rm -f go.sum
go mod tidy
