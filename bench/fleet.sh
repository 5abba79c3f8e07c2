#!/usr/bin/env bash
# 10,000 executors, a burst of 1,000 and 5,000 hostile connections against one driver's agent, on the loopback.
# Usage: bench/fleet.sh BINARY [EXECUTORS] [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build/bench
g++ -O2 -std=c++20 -Wall -Wextra -I. bench/fleet.cpp -o build/bench/fleet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A manifest as large as that of a usual image: 300 distributions.
/usr/bin/python3 -m venv "$work/venv"
/usr/bin/python3 bench/make_environment.py "$work"/venv/lib/python3*/site-packages 300
"$1" manifest --python "$work/venv/bin/python3" --out "$work/manifest.json" || [ $? -eq 3 ]
build/bench/fleet "$(realpath "$1")" "$work/manifest.json" "${2:-10000}" "${3:-60}"
