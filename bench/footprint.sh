#!/usr/bin/env bash
# Memory, start and size beside prometheus-node-exporter. Usage: bench/footprint.sh BINARY [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build/bench
g++ -O2 -std=c++20 bench/footprint.cpp -o build/bench/footprint
build/bench/footprint "$1" "$(command -v prometheus-node-exporter)" "${2:-9}"
