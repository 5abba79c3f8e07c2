#!/usr/bin/env bash
# Builds one preset with its tests and runs them. Usage: scripts/test.sh PRESET [JOBS]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
jobs=${2:-$(nproc)}
cmake --preset "$preset" ${CI:+-DSPARKWARDEN_WERROR=ON} >/dev/null
cmake --build --preset "$preset" --parallel "$jobs"
# The ecosystem tests and the pods are not built under a sanitizer (tests/CMakeLists.txt says why).
case $preset in asan | tsan) ;; *)
  scripts/fetch-pyspark.sh
  # What the pods run.
  scripts/build-release.sh "$jobs" ;;
esac
cd "build/$preset"
ctest --output-on-failure --no-tests=error --parallel "$jobs" | tee ctest.log
# Which Spark answered and why tests skipped: ctest shows neither.
grep -h '^ran against' Testing/Temporary/LastTest.log || true
grep -h -A 1 ': Skipped$' Testing/Temporary/LastTest.log | grep -vE ': Skipped$|^--$' | sort -u || true
# A skip says that a real part is missing. Where we install what we need, that is a failure.
if [ -n "${CI:-}" ] && grep -q '\*\*\*Skipped' ctest.log; then
  echo "tests were skipped:" >&2
  grep '\*\*\*Skipped' ctest.log >&2
  exit 1
fi
