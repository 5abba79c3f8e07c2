#!/usr/bin/env bash
# Installs the Debian packages that the named purposes need and this machine lacks.
# Usage: scripts/install-deps.sh build|test|demo|bench|lint...
set -euo pipefail

declare -A packages=(
  [build]="g++ cmake ninja-build pkg-config ccache dpkg-dev libboost1.81-dev libboost-json1.81-dev
    libboost-url1.81-dev libnfs-dev prometheus-cpp-dev libyaml-cpp-dev libexpat1-dev libspdlog-dev
    libfmt-dev libcli11-dev libssl-dev zlib1g-dev libexpected-dev"
  [test]="libgtest-dev libgmock-dev nfs-ganesha nfs-ganesha-vfs rpcbind iproute2 prometheus curl python3-venv python3-pip
    openjdk-17-jdk-headless libfuse3-dev fuse3 python3-prometheus-client podman runc catatonit busybox-static"
  [demo]="nfs-ganesha nfs-ganesha-vfs curl"
  [bench]="prometheus-node-exporter yamllint libxml2-utils curl python3-venv python3-pip nfs-ganesha nfs-ganesha-vfs
    rpcbind iproute2 libnfs-dev prometheus-cpp-dev
    python3-yaml"
  [lint]="clang-format-14 clang-tidy-19"
)

missing=()
for purpose in "$@"; do
  for package in ${packages[$purpose]}; do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing+=("$package")
  done
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "missing, and neither root nor sudo: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "installing: ${missing[*]}" >&2
# A package that starts a service on installation (nfs-ganesha, prometheus) must not: the tests and
# the demo start their own. policy-rc.d is how Debian says so.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  "${as_root[@]}" sh -c 'printf "#!/bin/sh\nexit 101\n" > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d'
  trap '"${as_root[@]}" rm -f /usr/sbin/policy-rc.d' EXIT
fi
"${as_root[@]}" apt-get -qq update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >&2
