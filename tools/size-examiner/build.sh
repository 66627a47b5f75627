#!/usr/bin/env bash
# Builds the outside examiner of `plimsoll size` and lets it judge.
#
# llama.cpp's source comes from the sdist of llama-cpp-python, which pip fetches and this script
# checks. Needs Python 3 with pip and venv, a C++ compiler and Rust; CMake and Ninja are fetched by pip
# where they are not installed. README.md says how long it takes. What is built is kept in
# .tools/size-examiner. JOBS is how many compilers run at once (1).
set -euo pipefail
cd "$(dirname "$0")/../.."

version=0.3.36
sha256=832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e
here=$PWD/.tools/size-examiner
jobs=${JOBS:-1}
mkdir -p "$here"

if ! command -v cmake > /dev/null || ! command -v ninja > /dev/null; then
    [ -x "$here/venv/bin/pip" ] || python3 -m venv "$here/venv"
    "$here/venv/bin/pip" install --quiet --disable-pip-version-check 'cmake>=3.28,<5' 'ninja>=1.11,<2'
    PATH=$here/venv/bin:$PATH
fi

sdist=$here/llama_cpp_python-$version.tar.gz
if [ ! -f "$sdist" ]; then
    # pip asks the package for its metadata, for which it has to have its build tools.
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --no-binary llama-cpp-python \
        --dest "$here" "llama-cpp-python==$version"
fi
echo "$sha256  $sdist" | sha256sum --check --quiet

source=$here/llama_cpp_python-$version/vendor/llama.cpp
[ -d "$source" ] || tar -xzf "$sdist" -C "$here"

build=$here/build
if [ ! -f "$build/common/libllama-common.a" ]; then
    cmake -S "$source" -B "$build" -G Ninja \
        -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS=-O1 -DCMAKE_CXX_FLAGS=-O1 \
        -DBUILD_SHARED_LIBS=OFF -DGGML_NATIVE=OFF -DGGML_OPENMP=OFF -DGGML_LLAMAFILE=OFF \
        -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_SERVER=OFF \
        -DLLAMA_BUILD_APP=OFF -DLLAMA_BUILD_TOOLS=ON -DLLAMA_BUILD_UI=OFF -DLLAMA_OPENSSL=OFF \
        > "$here/cmake.log"
    nice ninja -C "$build" -j "$jobs" llama-fit-params > "$here/ninja.log"
fi

c++ -std=c++17 -O1 -I"$source/common" -I"$source/src" -I"$source/include" -I"$source/ggml/include" \
    tools/size-examiner/examiner.cpp -o "$here/examiner" \
    "$build"/common/libllama-common.a "$build"/common/libllama-common-base.a \
    "$build"/src/libllama.a "$build"/ggml/src/libggml.a "$build"/ggml/src/libggml-cpu.a \
    "$build"/ggml/src/libggml-base.a "$build"/vendor/cpp-httplib/libcpp-httplib.a -lpthread -ldl

cargo build --locked --quiet --package plimsoll-size --example headers
python3 tools/size-examiner/examine.py \
    "${CARGO_TARGET_DIR:-target}/debug/examples/headers" "$here/examiner" "$@"
