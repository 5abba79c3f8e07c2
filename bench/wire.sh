#!/usr/bin/env bash
# The storage probe over the wire beside a minimal C client, and the agent against a frozen server.
# Root: it runs in namespaces of its own, because version 3 needs an rpcbind, and because whatever
# is started ends with them. Usage: bench/wire.sh BINARY [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${SPARKWARDEN_BENCH_WORK:-}" ]; then
  mkdir -p build/bench
  g++ -O2 -std=c++20 -Wall -Wextra bench/wire.cpp -o build/bench/wire -pthread
  gcc -O2 -Wall -Wextra bench/wire_reference.c -o build/bench/wire_reference -lnfs
  work=$(mktemp -d)
  inside=  # unshare ignores SIGTERM; what it started dies with it
  trap 'kill -KILL $inside 2>/dev/null || true; wait; rmdir "$work"' EXIT
  SPARKWARDEN_BENCH_WORK=$work unshare --net --mount --propagation private --pid --fork --kill-child \
    --mount-proc "$0" "$@" &
  inside=$!
  wait "$inside"
  exit
fi
ip link set lo up
ip addr add 10.77.0.1/32 dev lo                 # ganesha finds "no IP address" with 127.0.0.1 alone
mount -t tmpfs tmpfs /run                       # rpcbind's socket
mount -t tmpfs tmpfs "$SPARKWARDEN_BENCH_WORK"  # the server's disk: what is compared is the clients
rpcbind -f &
build/bench/wire "$(realpath "$1")" build/bench/wire_reference "$SPARKWARDEN_BENCH_WORK" "${2:-15}"
