#!/usr/bin/env bash
# Shows the main job on a real NFS server: a driver's, an interpreter's and an executor's agent, green;
# six things broken and mended, one after the other; green again. Exits 0 only if every step was seen to happen.
# Usage: scripts/demo.sh BINARY      KEEP=1 leaves everything running at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
warden=$(realpath "$1")
configs=$(realpath configs)
work=$(mktemp -d "${TMPDIR:-/tmp}/sparkwarden-demo.XXXXXX")
export SPARKWARDEN_POD_UID=   # identities below, not those of a pod this may run in
declare -A agent_pid
ganesha=

stop() {
  trap '' INT TERM
  local pid
  for pid in "${agent_pid[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  if [ -n "$ganesha" ]; then
    kill -CONT "$ganesha" 2>/dev/null || true
    kill -KILL "$ganesha" 2>/dev/null || true
  fi
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
get() { curl -s --max-time 2 "http://127.0.0.1:$(port "$1")$2"; }
port() { cat "$work/$1/run/port"; }

# until_answer AGENT PATH PATTERN WHAT: polls until the answer matches, at most 20 s.
until_answer() {
  local end=$((SECONDS + 20))
  while ! get "$1" "$2" 2>/dev/null | grep -Eq "$3"; do
    if [ $SECONDS -ge $end ]; then
      printf 'demo: %s did not happen; %s%s says:\n' "$4" "$1" "$2" >&2
      get "$1" "$2" >&2 || true
      tail -n 5 "$work/$1/log" >&2
      exit 1
    fi
    sleep 0.1
  done
}

# show AGENT PROBE: what the agent says about one probe, three ways.
show() {
  printf '\n  %s  GET /readyz/%s\n' "$1" "$2"
  get "$1" "/readyz/$2" | sed 's/^/    /'
  printf '\n  %s  GET /readyz\n' "$1"
  get "$1" /readyz | sed 's/^/    /'
  printf '\n  %s  GET /metrics\n' "$1"
  get "$1" /metrics | grep -E "^sparkwarden_(ready|finding\{.*probe=\"$2\"|probe_verdict\{probe=\"$2\".* 1)" |
    sed 's/^/    /' || true
  printf '\n  %s  log\n' "$1"
  grep " probe=$2 " "$work/$1/log" | tail -n 1 | fold -s -w 96 | sed 's/^/    /'
}

expect_red() { # AGENT PROBE CODE
  local began=$SECONDS
  until_answer "$1" "/readyz/$2" "$3" "$3"
  printf '  seen after %s s\n' $((SECONDS - began))
  show "$1" "$2"
}

expect_green() { # AGENT...
  local agent
  for agent in "$@"; do
    local probe probes="config storage python runtime"
    [ "$agent" = executor ] && probes="$probes peers"
    for probe in $probes; do until_answer "$agent" "/readyz/$probe" '^ok$' "a green $probe check"; done
    until_answer "$agent" /readyz '^ok$' "readiness"
    printf '  %-11s /readyz ok   each of %s ok\n' "$agent" "$probes"
  done
}

write_ganesha_conf() { # PORT ACCESS
  cat > "$work/ganesha.conf" <<CONF
NFS_CORE_PARAM { NFS_Port = $1; Protocols = 4; Bind_addr = 127.0.0.1; Enable_NLM = false; Enable_RQUOTA = false; }
NFS_KRB5 { Active_krb5 = false; }
NFSv4 { Graceless = true; Minor_Versions = 0,1; RecoveryBackend = fs; RecoveryRoot = $work/recovery; Only_Numeric_Owners = true; }
EXPORT {
  Export_Id = 1; Path = $work/export; Pseudo = /volume1/spark-checkpoints;
  Access_Type = $2; Squash = No_Root_Squash; SecType = sys; Protocols = 4; Attr_Expiration_Time = 0;
  FSAL { Name = VFS; }
}
CONF
}

start_ganesha() {
  local try
  mkdir -p "$work/export" "$work/recovery"
  chmod 0777 "$work/export"
  for try in 1 2 3 4 5; do
    nfs_port=$((20000 + RANDOM % 10000))
    (exec 3<>"/dev/tcp/127.0.0.1/$nfs_port") 2>/dev/null && continue  # somebody is there
    write_ganesha_conf "$nfs_port" RW
    ganesha.nfsd -F -f "$work/ganesha.conf" -L "$work/ganesha.log" -p "$work/ganesha.pid" &
    ganesha=$!
    local end=$((SECONDS + 15))
    while [ $SECONDS -lt $end ] && kill -0 "$ganesha" 2>/dev/null; do
      (exec 3<>"/dev/tcp/127.0.0.1/$nfs_port") 2>/dev/null && return 0
      sleep 0.05
    done
    kill -KILL "$ganesha" 2>/dev/null || true
  done
  echo "demo: NFS-Ganesha did not start:" >&2
  tail -n 5 "$work/ganesha.log" >&2
  exit 1
}

# The root of a Spark image, as far as inventories look at it: nothing of it is ever run.
put_image() { # AGENT
  local root=$work/$1/root jar
  mkdir -p "$root"/usr/local/{bin,lib/python3.11/site-packages,include/python3.11} "$root"/opt/spark/jars \
    "$root"/usr/lib/jvm/java-17/bin "$root"/usr/bin
  printf 'never run\n' | tee "$root/usr/local/bin/python3.11" > "$root/usr/lib/jvm/java-17/bin/java"
  chmod +x "$root/usr/local/bin/python3.11" "$root/usr/lib/jvm/java-17/bin/java"
  ln -s python3.11 "$root/usr/local/bin/python3"
  ln -s /usr/lib/jvm/java-17/bin/java "$root/usr/bin/java"
  : > "$root/usr/local/lib/python3.11/os.py"
  printf '#define PY_VERSION "3.11.2"\n' > "$root/usr/local/include/python3.11/patchlevel.h"
  printf 'JAVA_VERSION="17.0.9"\n' > "$root/usr/lib/jvm/java-17/release"
  printf 'Spark 4.0.1 (git revision 29434ea766b) built for Hadoop 3.4.1\n' > "$root/opt/spark/RELEASE"
  for jar in spark-core_2.13-4.0.1 scala-library-2.13.16 hadoop-client-api-3.4.1; do
    printf 'jar\n' > "$root/opt/spark/jars/$jar.jar"
  done
  install_package "$1" numpy 1.26.4
  install_package "$1" pandas 2.2.3
  install_package "$1" pyarrow 18.1.0
}

install_package() { # AGENT NAME VERSION: as pip would leave it, replacing another version
  local site=$work/$1/root/usr/local/lib/python3.11/site-packages
  rm -rf "$site/$2"-*.dist-info
  mkdir "$site/$2-$3.dist-info"
  printf 'Metadata-Version: 2.1\nName: %s\nVersion: %s\n\n' "$2" "$3" > "$site/$2-$3.dist-info/METADATA"
  printf 'pip\n' > "$site/$2-$3.dist-info/INSTALLER"
}

# A mount table without an NFS line: this machine mounts nothing, so the wire decides.
write_agent() { # AGENT
  mkdir -p "$work/$1/root/opt/spark/conf" "$work/$1/run"
  printf '21 1 8:1 / / rw,relatime - ext4 /dev/root rw\n' > "$work/$1/mountinfo"
  cat > "$work/$1/agent.yaml" <<CONF
version: 1
role: $1
listen: {address: 127.0.0.1, port: 0}
paths: {root: $work/$1/root, mountinfo: $work/$1/mountinfo, run_dir: $work/$1/run}
log: {format: text}
gate: {mode: enforce, timeout: 60s}
probes:
  config: {period: 500ms, deadline: 2s, fail_after: 1}
  storage:
    period: 500ms
    deadline: 4s
    fail_after: 1
    full_every: 1s
    rpc_timeout: 1s
    connect: {address: 127.0.0.1, nfs_port: $nfs_port}
  python: {source: root, period: 500ms, deadline: 4s}
  runtime: {source: root, period: 500ms, deadline: 4s}
CONF
}

start_agent() { # AGENT [PORT]
  rm -f "$work/$1/run/port"
  SPARKWARDEN_LISTEN_PORT=${2:-0} "$warden" config validate --config "$work/$1/agent.yaml" > /dev/null
  SPARKWARDEN_POD_NAME=$1-pod SPARKWARDEN_LISTEN_PORT=${2:-0} \
    "$warden" run --config "$work/$1/agent.yaml" 2>> "$work/$1/log" &
  agent_pid[$1]=$!
  local end=$((SECONDS + 10))
  until [ -s "$work/$1/run/port" ]; do
    [ $SECONDS -lt $end ] || { echo "demo: the $1's agent did not start" >&2; cat "$work/$1/log" >&2; exit 1; }
    sleep 0.05
  done
}

agents="driver interpreter executor"
say "A real NFS server (NFS-Ganesha, NFSv4) on loopback, and an agent each for driver, interpreter and executor"
start_ganesha
for agent in $agents; do
  write_agent "$agent"
  put_image "$agent"
done
for agent in driver interpreter; do
  cp "$configs"/spark/* "$work/$agent/root/opt/spark/conf/"
  start_agent "$agent"
done
cp "$configs"/spark/core-site.xml "$work/executor/root/opt/spark/conf/"
# Which export to prove and which packages to have, the executor learns from its driver.
cat >> "$work/executor/agent.yaml" <<CONF
  peers: {period: 500ms, deadline: 2s, fail_after: 1, driver_url: "127.0.0.1:$(port driver)"}
CONF
start_agent executor
for agent in $agents; do printf '  %-11s http://127.0.0.1:%s\n' "$agent" "$(port "$agent")"; done

say "The executor's init container waits for its gate"
"$warden" wait --url "http://127.0.0.1:$(port executor)/startupz" --termination-log "$work/executor/termination" 2>&1 | sed 's/^/  /'

say "Green: configuration checked, export proven by a write, a rename and a read back, packages compared"
expect_green driver interpreter executor

say "One look by hand: sparkwarden check --role driver"
"$warden" check --config "$work/driver/agent.yaml" | sed 's/^/  /'

conf=$work/driver/root/opt/spark/conf

say "1. The pod template that spark-defaults.conf refers to is gone"
mv "$conf/executor-pod-template.yaml" "$work/kept.yaml"
expect_red driver config 'config\.|template\.'
mv "$work/kept.yaml" "$conf/executor-pod-template.yaml"
say "   mended"
expect_green driver

say "2. The export turns read-only"
write_ganesha_conf "$nfs_port" RO
kill -HUP "$ganesha"
expect_red executor storage 'nfs\.export\.read-only'
write_ganesha_conf "$nfs_port" RW
kill -HUP "$ganesha"
say "   mended"
expect_green driver executor

say "3. The server hangs (SIGSTOP): it accepts connections and never answers"
kill -STOP "$ganesha"
expect_red executor storage 'nfs\.server\.silent'
printf '\n  meanwhile  GET /livez\n    %s\n' "$(get executor /livez)"
kill -CONT "$ganesha"
say "   mended"
expect_green driver executor

say "4. A native volume meets the pod template: only the driver side can see this one"
cat >> "$conf/spark-defaults.conf" <<'CONF'
spark.kubernetes.executor.volumes.nfs.checkpoints.mount.path      /mnt/spark-checkpoints
spark.kubernetes.executor.volumes.nfs.checkpoints.options.server  10.10.0.10
spark.kubernetes.executor.volumes.nfs.checkpoints.options.path    /volume1/spark-checkpoints
CONF
expect_red driver config 'template\.mount-path\.duplicate'
printf '\n  What a person sees: sparkwarden check --role driver --only config\n\n'
"$warden" check --config "$work/driver/agent.yaml" --only config | sed 's/^/  /' || true
cp "$configs/spark/spark-defaults.conf" "$conf/spark-defaults.conf"
say "   mended"
expect_green driver executor

say "5. The executor's image has another major version of numpy than its driver's"
install_package executor numpy 2.1.0
expect_red executor python 'python\.package\.differs'
until_answer driver /status '"subject":"numpy"' "the executor's notice at its driver"
printf '\n  driver  GET /metrics\n'
get driver /metrics | grep '^sparkwarden_executor' | sed 's/^/    /'
printf '\n  What a person sees: sparkwarden diff DRIVER EXECUTOR\n\n'
"$warden" diff "http://127.0.0.1:$(port driver)" "http://127.0.0.1:$(port executor)" | sed 's/^/  /' || true
install_package executor numpy 1.26.4
say "   mended"
expect_green driver executor

say "6. The driver goes away, and comes back"
driver_port=$(port driver)
kill -KILL "${agent_pid[driver]}"
wait "${agent_pid[driver]}" 2>/dev/null || true
unset 'agent_pid[driver]'
expect_red executor peers 'peer\.driver\.unreachable'
start_agent driver "$driver_port"
say "   mended"
expect_green driver interpreter executor

if [ "${KEEP:-0}" = 1 ]; then
  trap - EXIT INT TERM
  say "Left running (KEEP=1)"
  for agent in $agents; do
    printf '  %-11s http://127.0.0.1:%s/status   /metrics   /readyz?verbose   log: %s\n' "$agent" "$(port $agent)" "$work/$agent/log"
  done
  printf '  stop with: kill %s; kill -KILL %s; rm -rf %s\n' "${agent_pid[*]}" "$ganesha" "$work"
  exit 0
fi
say "Everything was seen to break, to be named, and to mend. Stopping."
