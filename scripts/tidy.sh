#!/usr/bin/env bash
# clang-tidy over the sources (not the tests), as .clang-tidy says. Usage: scripts/tidy.sh [JOBS]
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=${1:-$(nproc)}
cmake --preset dev >/dev/null
cmake --build --preset dev --target sparkwarden --parallel "$jobs" >/dev/null  # generated sources
git ls-files 'agent/*.cpp' 'probes/*.cpp' 'exporters/*.cpp' |
  xargs -P "$jobs" -n 1 clang-tidy-19 -p build/dev --quiet --warnings-as-errors='*' --extra-arg=-Wno-error 2>/dev/null
echo "clang-tidy: clean"
