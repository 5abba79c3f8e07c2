#!/usr/bin/env bash
# Puts the distribution's own prometheus-cpp source into build/third_party/prometheus-cpp.
# Debian ships that library only as .so, and the static binary needs it compiled in. The source
# package comes through apt (signed); the machine's own sources are reused as deb-src in a private
# list, so nothing on the machine changes.
set -euo pipefail
cd "$(dirname "$0")/.."
target=build/third_party/prometheus-cpp
[ -f "$target/core/src/registry.cc" ] && exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/src"
for list in /etc/apt/sources.list.d/*.sources; do
  [ -e "$list" ] && sed 's/^Types:.*/Types: deb-src/' "$list" > "$work/$(basename "$list")"
done
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
  [ -e "$list" ] && sed -n 's/^deb /deb-src /p' "$list" >> "$work/sources.list"
done
mkdir "$work/parts"
mv "$work"/*.sources "$work/parts/" 2>/dev/null || true
touch "$work/sources.list"
apt_options=(
  -o "Dir::Etc::sourcelist=$work/sources.list"
  -o "Dir::Etc::sourceparts=$work/parts"
  -o "Dir::State::lists=$work/lists"
)
apt-get "${apt_options[@]}" -qq update
(cd "$work/src" && apt-get "${apt_options[@]}" -qq source prometheus-cpp)
mkdir -p "$(dirname "$target")"
rm -rf "$target"
mv "$work"/src/prometheus-cpp-*/ "$target"
