#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Puts the newest PySpark 3.5 and 4.x into build/ecosystem, each in a virtual environment of its own
# beside its jars, and compiles the drivers of tests/ecosystem/spark against both. What is there
# already is kept; `rm -rf build/ecosystem` asks for newer ones. spark-kubernetes, its client and
# Hadoop are among the jars that PySpark carries, so nothing else is needed.
#
# Exits 0 also where a line cannot be had: build/ecosystem/LINE.unavailable then says why, and the
# tests of that line skip with those words.
set -euo pipefail
cd "$(dirname "$0")/.."
root=build/ecosystem
mkdir -p "$root"
exec 9> "$root/lock"  # a dev and another build may test at once
flock 9

unavailable() { # LINE REASON
  echo "$2" > "$root/$1.unavailable"
  echo "NOTE: no PySpark $1 for the ecosystem tests: $2" >&2
}

# fetch LINE REQUIREMENT: build/ecosystem/LINE/{jars,venv,VERSION}
fetch() {
  local line=$1 requirement=$2 work=$root/$1.tmp archive
  [ -f "$root/$line/VERSION" ] && return 0
  rm -rf "$work" "${root:?}/$line"
  mkdir -p "$work/download"
  # The source distribution: a wheel would be built from it, which writes the jars three times.
  if ! python3 -m pip download --quiet --no-deps --no-binary pyspark --retries 2 --timeout 30 \
    --dest "$work/download" "$requirement" > "$work/pip.log" 2>&1; then
    # pip's words can name the registry; its last error, without addresses, says enough.
    unavailable "$line" "pip could not get $requirement: $(grep -a ERROR "$work/pip.log" | tail -n 1 |
      sed -E "s#(https?://|host=')[^ ',)]*#...#g" || true)"
    rm -rf "$work"
    return 0
  fi
  archive=$(echo "$work"/download/pyspark-*.tar.gz)
  tar xzf "$archive" -C "$work" --strip-components=1 --wildcards \
    'pyspark-*/deps/jars' 'pyspark-*/pyspark' 'pyspark-*/lib/py4j-*' 'pyspark-*/setup.py'
  # No pip and no other package in there: what is not installed must be missing.
  python3 -m venv --without-pip "$work/venv"
  local site
  site=$(echo "$work"/venv/lib/python3*/site-packages)
  mv "$work/pyspark" "$site/pyspark"
  python3 -m zipfile -e "$work"/lib/py4j-*-src.zip "$site"
  mv "$work/deps/jars" "$work/jars"
  rm -rf "$work/deps" "$work/lib" "$work/download" "$work/pip.log"
  basename "$archive" .tar.gz | sed 's/^pyspark-//' > "$work/VERSION"
  mv "$work" "$root/$line"
  rm -f "$root/$line.unavailable"
}

# compile LINE: build/ecosystem/classes-LINE, again when a source is newer
compile() {
  local line=$1 classes=$root/classes-$1 work=$root/classes-$1.tmp
  [ -f "$root/$line/VERSION" ] || return 0
  if [ -d "$classes" ] && [ -z "$(find tests/ecosystem/spark -name '*.java' -newer "$classes")" ] &&
    [ "$classes" -nt "$root/$line/VERSION" ]; then
    return 0
  fi
  rm -rf "$work"
  mkdir "$work"
  javac -nowarn -Xlint:-options -proc:none -cp "$root/$line/jars/*" -d "$work" tests/ecosystem/spark/*.java
  rm -rf "$classes"
  mv "$work" "$classes"
  touch "$classes"
}

for each in '3.5 pyspark>=3.5,<3.6' '4 pyspark>=4.0,<5'; do
  fetch "${each%% *}" "${each#* }"
  compile "${each%% *}"
done
