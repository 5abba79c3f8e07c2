#!/usr/bin/env bash
# Usage: scripts/format.sh check|fix
set -euo pipefail
cd "$(dirname "$0")/.."
mode=(--dry-run -Werror)
[ "${1:-check}" = fix ] && mode=(-i)
git ls-files '*.cpp' '*.hpp' | xargs clang-format-14 "${mode[@]}"
