#!/bin/sh
# What the collector of containers costs: processor time of `guestwatch run` while 1,000 containers sleep, and while 1,000
# are started and stopped. Needs root and a cgroup hierarchy of version 2, alone or beside version 1.
#
#     Benchmarks/containers-idle.sh [CONTAINERS] [SECONDS]
set -eu
count=${1:-1000}
seconds=${2:-20}
agent=${GUESTWATCH_BINARY:-$(dirname "$0")/../.build/release/guestwatch}
tree=/sys/fs/cgroup/unified
[ -e $tree/cgroup.procs ] || tree=/sys/fs/cgroup
folder=$(mktemp -d)
mark=$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
pid=

# The cgroup of a container: Docker's name for it, so that its path says whose it is.
cgroup() { printf '%s/docker/%s%056x' "$tree" "$mark" "$1"; }

clean() {
    [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
    for n in $(seq 1 "$count"); do
        dir=$(cgroup "$n")
        [ ! -d "$dir" ] || { for p in $(cat "$dir/cgroup.procs"); do kill -9 "$p" || true; done; } 2>/dev/null
    done
    sleep 1
    rmdir "$tree/docker/$mark"* "$tree/docker" 2>/dev/null || true
    rm -rf "$folder"
}
trap clean EXIT

# User and system time of all its threads so far, in hundredths of a second.
ticks() { sed 's/.*) //' "/proc/$pid/stat" | awk '{ print $12 + $13 }'; }
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
    sh -c "echo \$\$ > $dir/cgroup.procs && exec sleep 100000" > /dev/null 2>&1 &
done
sleep 1
"$agent" run --config "$folder/collectors.json" > "$folder/log" 2>&1 &
pid=$!
for _ in $(seq 1 100); do
    [ -s "$folder/events.jsonl" ] && [ "$(lines discovered)" -ge "$count" ] && break
    sleep 0.2
done
echo "discovered: $(lines discovered) of $count, start: $(ticks)0 ms of processor time"
sleep 3
before=$(ticks)
sleep "$seconds"
after=$(ticks)
echo "idle: $((after - before))0 ms in $seconds s = $(awk "BEGIN { print ($after - $before) / $seconds }") % of a core"
before=$(ticks)
for n in $(seq 1 1000); do
    dir=$(cgroup $((1000000 + n)))
    mkdir "$dir"
    sh -c "echo \$\$ > $dir/cgroup.procs && exec sleep 0.02"
    rmdir "$dir" || { sleep 0.05; rmdir "$dir"; }
done
sleep 2
after=$(ticks)
echo "1000 started and stopped: told $(lines started) and $(lines exited), $(awk "BEGIN { print ($after - $before) / 100 }") ms each"
