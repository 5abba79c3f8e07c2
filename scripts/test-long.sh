#!/usr/bin/env bash
# The soak of the storage probe. Usage: scripts/test-long.sh PRESET JOBS [SHARE [SEED]]
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset "$1" >/dev/null
cmake --build --preset "$1" --parallel "$2" --target storage_soak
exec "build/$1/tests/storage_soak" "${@:3}"
