#!/usr/bin/env bash
# Builds one preset with its tests and runs them. Usage: scripts/test.sh PRESET [JOBS]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
jobs=${2:-$(nproc)}
cmake --preset "$preset" ${CI:+-DSPARKWARDEN_WERROR=ON} >/dev/null
cmake --build --preset "$preset" --parallel "$jobs"
cd "build/$preset"
ctest --output-on-failure --no-tests=error --parallel "$jobs" | tee ctest.log
# A skip says that a real part is missing. Where we install what we need, that is a failure.
if [ -n "${CI:-}" ] && grep -q '\*\*\*Skipped' ctest.log; then
  echo "tests were skipped:" >&2
  grep '\*\*\*Skipped' ctest.log >&2
  exit 1
fi
