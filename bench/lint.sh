#!/usr/bin/env bash
# Lint beside what else reads such files: yamllint and xmllint, which look at their grammar alone, and
# Python's own parsers. Usage: bench/lint.sh BINARY [ROUNDS] [APPLICATIONS]
set -euo pipefail
cd "$(dirname "$0")/.."
binary=$(realpath "$1")
rounds=${2:-21}
count=${3:-1000}
mkdir -p build/bench
g++ -O2 -std=c++20 bench/lint.cpp -o build/bench/lint
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 bench/make_repository.py "$work" "$count"
cd "$work"
cat >read.py <<'PY'
import pathlib, sys, xml.etree.ElementTree
for path in pathlib.Path(sys.argv[1]).rglob("*"):
    if path.suffix == ".xml":
        xml.etree.ElementTree.parse(path)
    elif path.suffix == ".conf":
        dict(line.split(None, 1) for line in path.read_text().splitlines() if line and line[0] != "#")
PY
one=("sparkwarden lint" "$binary lint one" "sparkwarden --version" "$binary --version"
  "python3, XML and lines only" "python3 read.py one")
many=("sparkwarden lint" "$binary lint many" "python3, XML and lines only" "python3 read.py many")
if command -v xmllint >/dev/null; then
  one+=("xmllint, core-site.xml" "xmllint --noout one/core-site.xml")
  many+=("xmllint, core-site.xml" "xmllint --noout $(echo many/*/core-site.xml)")
fi
if command -v yamllint >/dev/null; then
  one+=("yamllint, the two YAML files" "yamllint -d relaxed one")
  many+=("yamllint, the two thousand YAML files" "yamllint -d relaxed many")
fi
echo "one application: 1,000 lines of spark-defaults.conf, 200 properties, template, workload"
/usr/bin/env -C "$work" "$OLDPWD/build/bench/lint" "$rounds" "${one[@]}"
echo
echo "$count such applications on $(nproc) cores"
"$OLDPWD/build/bench/lint" "$(((rounds + 6) / 7))" "${many[@]}"
