#!/usr/bin/env bash
# Shows the main job on a real NFS server: two agents, green; four things broken and mended, one
# after the other; green again. Exits 0 only if every step was seen to happen.
# Usage: scripts/demo.sh BINARY      KEEP=1 leaves everything running at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
warden=$(realpath "$1")
configs=$(realpath configs)
work=$(mktemp -d "${TMPDIR:-/tmp}/sparkwarden-demo.XXXXXX")
export SPARKWARDEN_POD_UID=   # identities below, not those of a pod this may run in
pids=()
ganesha=

stop() {
  trap '' INT TERM
  local pid
  for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
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
    until_answer "$agent" /readyz/config '^ok$' "a green config check"
    until_answer "$agent" /readyz/storage '^ok$' "a green storage check"
    until_answer "$agent" /readyz '^ok$' "readiness"
    printf '  %-9s /readyz ok   /readyz/config ok   /readyz/storage ok\n' "$agent"
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
CONF
}

start_agent() { # AGENT
  "$warden" config validate --config "$work/$1/agent.yaml" > /dev/null
  "$warden" run --config "$work/$1/agent.yaml" 2> "$work/$1/log" &
  pids+=($!)
  local end=$((SECONDS + 10))
  until [ -s "$work/$1/run/port" ]; do
    [ $SECONDS -lt $end ] || { echo "demo: the $1's agent did not start" >&2; cat "$work/$1/log" >&2; exit 1; }
    sleep 0.05
  done
}

say "A real NFS server (NFS-Ganesha, NFSv4) on loopback, a driver's and an executor's agent"
start_ganesha
write_agent driver
write_agent executor
cp "$configs"/spark/* "$work/driver/root/opt/spark/conf/"
cp "$configs"/spark/core-site.xml "$work/executor/root/opt/spark/conf/"
# No kernel mount here and no driver to ask yet, so the executor is told its export.
cat >> "$work/executor/agent.yaml" <<CONF
    targets: [{server: 10.10.0.10, export: /volume1/spark-checkpoints, mount_path: /mnt/spark-checkpoints, write: true}]
CONF
start_agent driver
start_agent executor
printf '  driver    http://127.0.0.1:%s\n  executor  http://127.0.0.1:%s\n' "$(port driver)" "$(port executor)"

say "The executor's init container waits for its gate"
"$warden" wait --url "http://127.0.0.1:$(port executor)/startupz" --termination-log "$work/executor/termination" 2>&1 | sed 's/^/  /'

say "Green: configuration checked, export proven by a write, a rename and a read back"
expect_green driver executor

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

if [ "${KEEP:-0}" = 1 ]; then
  trap - EXIT INT TERM
  say "Left running (KEEP=1)"
  for agent in driver executor; do
    printf '  %-9s http://127.0.0.1:%s/status   /metrics   /readyz?verbose   log: %s\n' "$agent" "$(port $agent)" "$work/$agent/log"
  done
  printf '  stop with: kill %s; kill -KILL %s; rm -rf %s\n' "${pids[*]}" "$ganesha" "$work"
  exit 0
fi
say "Everything was seen to break, to be named, and to mend. Stopping."
