#!/usr/bin/env bash
# The parsers on hostile and on large files, beside xmllint, PyYAML and the json of Python.
# Usage: bench/parsers.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build/bench
libraries=(-lexpat -lyaml-cpp -lboost_json -lcrypto)
g++ -O2 -std=c++20 -I. bench/parsers.cpp probes/config/{rules*,hadoop_*,xml_words,properties,utf8,place,pod_template}.cpp \
  probes/config/{deployment,native_volumes,spark_path,mount_of}.cpp agent/config/yaml_tree.cpp \
  agent/core/{finding,shown_value,secrets,text}.cpp "${libraries[@]}" -o build/bench/parsers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
/usr/bin/python3 bench/parsers.py build/bench/parsers "$work" "${1:-5}" "${2:-}"
