#!/bin/sh
# What the collector of containers costs: processor time of `guestwatch run` while 1,000 containers sleep, and while 300
# are started and stopped one after another, three times. Needs root and a cgroup hierarchy of version 2, alone or beside
# version 1.
#
#     Benchmarks/containers-idle.sh [CONTAINERS] [SECONDS] [PROCESSES IN EACH] [STARTED AND STOPPED]
set -eu
count=${1:-1000}
seconds=${2:-130}
each=${3:-1}
churn=${4:-300}
agent=${GUESTWATCH_BINARY:-$(dirname "$0")/../.build/release/guestwatch}
tree=/sys/fs/cgroup/unified
[ -e $tree/cgroup.procs ] || tree=/sys/fs/cgroup
folder=$(mktemp -d)
own=$tree/measured-$$
mark=$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
pid=

# The cgroup of a container: Docker's name for it, so that its path says whose it is.
cgroup() { printf '%s/docker/%s%056x' "$tree" "$mark" "$1"; }

clean() {
    exec 2> /dev/null
    [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
    for dir in "$tree/docker/$mark"*; do
        for p in $(cat "$dir/cgroup.procs"); do kill -9 "$p" || true; done
    done
    sleep 1
    rmdir "$tree/docker/$mark"* "$tree/docker" "$own" || true
    rm -rf "$folder"
}
trap clean EXIT

# Processor time of all its threads so far, those that ended too, in microseconds: as its cgroup counts it.
used() { awk '/^usage_usec/ { print $2 }' "$own/cpu.stat"; }
lines() { grep -c "container.$1\".*$mark" "$folder/events.jsonl" || true; }

cat > "$folder/collectors.json" <<END
{ "journal": { "kind": "sqlite", "path": "journal.db" },
  "collectors": [ { "name": "containers", "kind": "containers" } ],
  "sinks": [ { "name": "file", "kind": "file", "path": "events.jsonl" } ] }
END
mkdir -p "$tree/docker"
for n in $(seq 1 "$count"); do
    dir=$(cgroup "$n")
    mkdir "$dir"
    for _ in $(seq 1 "$each"); do
        sh -c "echo \$\$ > $dir/cgroup.procs && exec sleep 100000" > /dev/null 2>&1 &
    done
done
sleep 1
mkdir "$own"
sh -c "echo \$\$ > $own/cgroup.procs && exec $agent run --config $folder/collectors.json" > "$folder/log" 2>&1 &
pid=$!
for _ in $(seq 1 100); do
    [ -s "$folder/events.jsonl" ] && [ "$(lines discovered)" -ge "$count" ] && break
    sleep 0.2
done
echo "discovered: $(lines discovered) of $count, start: $(used) us of processor time"
sleep 3
before=$(used)
sleep "$seconds"
idle=$(($(used) - before))
echo "idle: $idle us in $seconds s = $(awk "BEGIN { print $idle / $seconds / 10000 }") % of a core"
for round in 1 2 3; do
    before=$(used)
    began=$(date +%s)
    for n in $(seq 1 "$churn"); do
        dir=$(cgroup $((1000000 * round + n)))
        mkdir "$dir"
        sh -c "echo \$\$ > $dir/cgroup.procs && exec sleep 0.02"
        rmdir "$dir" || { sleep 0.05; rmdir "$dir"; }
    done
    sleep 2
    took=$(($(date +%s) - began))
    cost=$(($(used) - before - idle * took / seconds))
    echo "$churn started and stopped in $((took - 2)) s: told so far $(lines started) and $(lines exited), $((cost / churn)) us each"
done
