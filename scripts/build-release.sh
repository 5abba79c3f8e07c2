#!/usr/bin/env bash
# Builds build/release/sparkwarden. Static-pie needs prometheus-cpp's source; where that cannot be
# had the binary is linked dynamically, and this says so.
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=${1:-$(nproc)}
link=()
if ! scripts/fetch-prometheus-cpp.sh; then
  echo "NOTE: no prometheus-cpp source package; building a DYNAMIC binary instead of static-pie" >&2
  link=(-DSPARKWARDEN_STATIC=OFF -DSPARKWARDEN_PROMETHEUS_SOURCE=)
fi
cmake --preset release "${link[@]}" ${CI:+-DSPARKWARDEN_WERROR=ON} >/dev/null
cmake --build --preset release --parallel "$jobs"
scripts/check-binary.sh build/release/sparkwarden
