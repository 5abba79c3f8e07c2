#!/usr/bin/env bash
# The inventory beside `pip list` and importlib.metadata: Debian's own interpreter, and virtual
# environments with 500 and 2,000 distributions. Usage: bench/scan.sh BINARY [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build/bench
g++ -O2 -std=c++20 bench/scan.cpp -o build/bench/scan
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/home"
environments=("Debian's own" /usr/bin/python3)
for count in 500 2000; do
  /usr/bin/python3 -m venv "$work/$count"
  /usr/bin/python3 bench/make_environment.py "$work/$count"/lib/python3*/site-packages "$count"
  environments+=("$count distributions" "$work/$count/bin/python3")
done
build/bench/scan "$(realpath "$1")" "$work/home" "${2:-9}" "${environments[@]}"
