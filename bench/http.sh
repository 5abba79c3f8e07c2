#!/usr/bin/env bash
# GET /metrics beside prometheus-cpp's own server (civetweb) with the same series, and
# prometheus-node-exporter. Usage: bench/http.sh BINARY [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build/bench
g++ -O2 -std=c++20 -Wall -Wextra -I. bench/http.cpp -o build/bench/http
g++ -O2 -std=c++20 -Wall -Wextra bench/exposer.cpp -o build/bench/exposer -lprometheus-cpp-pull -lprometheus-cpp-core
build/bench/http "$(realpath "$1")" build/bench/exposer "$(command -v prometheus-node-exporter)" "${2:-15}"
