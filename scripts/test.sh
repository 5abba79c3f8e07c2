#!/usr/bin/env bash
# Builds one preset with its tests and runs them. Usage: scripts/test.sh PRESET [JOBS]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
jobs=${2:-$(nproc)}
cmake --preset "$preset" ${CI:+-DSPARKWARDEN_WERROR=ON} >/dev/null
cmake --build --preset "$preset" --parallel "$jobs"
cd "build/$preset"
ctest --output-on-failure --no-tests=error --parallel "$jobs"
