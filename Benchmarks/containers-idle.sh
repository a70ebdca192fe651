#!/bin/sh
# What the collector of containers costs: processor time of `guestwatch run` while containers sleep, and while others
# are started and stopped one after the other. Beside it, at the same time and of the same containers, runs a program in
# C that does the least any watcher must (Sources/least-watcher). Needs root, a C compiler and a cgroup hierarchy of
# version 2, alone or beside version 1.
#
#     Benchmarks/containers-idle.sh [CONTAINERS] [PROCESSES IN EACH] [SECONDS OF IDLING] [STARTED AND STOPPED] [ROUNDS]
#
# LIFE=100: how long each of those lives, in milliseconds.
set -eu
count=${1:-1000}
each=${2:-10}
seconds=${3:-60}
churn=${4:-300}
rounds=${5:-3}
life=${LIFE:-20}
here=$(cd "$(dirname "$0")" && pwd)
agent=${GUESTWATCH_BINARY:-$here/../.build/release/guestwatch}
tree=/sys/fs/cgroup/unified
[ -e $tree/cgroup.procs ] || tree=/sys/fs/cgroup
# All is over by then, whatever hangs.
limit=$((300 + seconds + rounds * (10 + churn * (life + 80) / 1000)))

fail() {
    echo "containers-idle: $*" >&2
    exit 1
}
[ "$(id -u)" = 0 ] || fail "makes cgroups: run it as root"
[ -e $tree/cgroup.controllers ] || fail "no cgroup hierarchy of version 2 at $tree"
[ -x "$agent" ] || fail "no agent at $agent: make build"

folder=$(mktemp -d)
own=$tree/guestwatch-measured-$$
mark=$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
pids=

clean() {
    trap - EXIT
    set +e
    exec 3>&-
    for p in $pids; do kill "$p" 2> /dev/null; done
    # The agent has five seconds to end by itself; sleepers end with the program that started them.
    for attempt in $(seq 1 100); do
        [ "$attempt" -lt 50 ] || for p in $pids; do kill -9 "$p"; done
        left=
        for dir in "$tree/docker/$mark"* "$own/agent" "$own/least" "$own"; do
            [ ! -d "$dir" ] || rmdir "$dir" || left=$dir
        done
        [ -n "$left" ] || break
        sleep 0.1
    done 2> /dev/null
    rmdir "$tree/docker" 2> /dev/null
    rm -rf "$folder"
}
trap clean EXIT
trap 'exit 1' INT TERM HUP
main=$$
(sleep $limit && echo "containers-idle: not done within $limit s" >&2 && kill $main) > /dev/null 2>&1 &
pids=$!

for program in sleepers churn least-watcher; do
    ${CC:-clang} -O2 -o "$folder/$program" "$here/Sources/$program/main.c"
done

# Waits until a command succeeds, so many tenths of a second at the most.
wait_for() {
    tenths=$1
    shift
    while ! "$@" > /dev/null 2>&1; do
        tenths=$((tenths - 1))
        [ $tenths -gt 0 ] || return 1
        sleep 0.1
    done
}

# Processor time of all threads so far, those that ended too, in microseconds: as the cgroup of the process counts it.
used() { awk '/^usage_usec/ { print $2 }' "$own/$1/cpu.stat"; }
# The same of the agent's threads that are there, by name.
threads() {
    for task in /proc/"$watched"/task/*; do
        echo "$(cat "$task/comm") $(cut -d' ' -f1 "$task/schedstat")"
    done | awk '{ name = $1; for (i = 2; i < NF; i++) name = name " " $i; sum[name] += $NF / 1000 }
                END { for (name in sum) printf "%s\t%d\n", name, sum[name] }' | sort
}
told() { grep -c "container\\.$1\".*$mark$2" "$folder/events.jsonl" || true; }
has_told() { [ "$(told "$1" "$2")" -ge "$3" ]; }
divided() { awk "BEGIN { printf \"%.$3f\", $1 / $2 }"; }

cat > "$folder/collectors.json" <<JSON
{ "journal": { "kind": "sqlite", "path": "journal.db" },
  "collectors": [ { "name": "containers", "kind": "containers" } ],
  "sinks": [ { "name": "file", "kind": "file", "path": "events.jsonl" } ] }
JSON
: > "$folder/events.jsonl"

mkdir -p "$tree/docker" "$own/agent" "$own/least"
mkfifo "$folder/crowd"
"$folder/sleepers" "$each" < "$folder/crowd" > "$folder/ready" &
pids="$pids $!"
exec 3> "$folder/crowd"
for number in $(seq 1 "$count"); do printf '%s/docker/%s%056x\n' "$tree" "$mark" "$number"; done > "$folder/names"
xargs mkdir < "$folder/names"
cat "$folder/names" >&3
echo >&3
wait_for 600 grep -q ready "$folder/ready" || fail "$((count * each)) processes could not be started"

sh -c "echo \$\$ > $own/least/cgroup.procs && exec $folder/least-watcher $tree" > "$folder/least" 2>&1 &
least=$!
pids="$pids $least"
wait_for 100 grep -q ready "$folder/least" || fail "the least watcher does not start: $(cat "$folder/least")"
sh -c "echo \$\$ > $own/agent/cgroup.procs && exec $agent run --config $folder/collectors.json" > "$folder/log" 2>&1 &
watched=$!
pids="$pids $watched"
wait_for 600 has_told discovered "" "$count" || fail "$(told discovered "") of $count containers were found: $(cat "$folder/log")"

echo "load $(cut -d' ' -f1-3 /proc/loadavg), $(ls -d /proc/[0-9]* | wc -l) processes, $count containers found with $(used agent) us of processor time"
sleep 3
before=$(used agent)
least_before=$(used least)
sleep "$seconds"
idle=$(($(used agent) - before))
least_idle=$(($(used least) - least_before))
echo "idle: $idle us in $seconds s = $(divided $idle $((seconds * 10000)) 4) % of a core (in C: $(divided $least_idle $((seconds * 10000)) 4) %)"

for round in $(seq 1 "$rounds"); do
    threads > "$folder/threads"
    before=$(used agent)
    least_before=$(used least)
    began=$(date +%s)
    timeout $((30 + churn * (life + 80) / 1000)) "$folder/churn" "$tree/docker" "$mark$round" "$churn" "$life" || fail "not all were started and stopped"
    wait_for 100 has_told exited "$round" "$churn" || fail "$(told started "$round") and $(told exited "$round") of $churn were told"
    # What comes behind the last event: the checkpoint, the sink's cursor.
    sleep 1
    took=$(($(date +%s) - began))
    ours=$(divided "$(($(used agent) - before - idle * took / seconds))" "$churn" 0)
    least_each=$(divided "$(($(used least) - least_before))" "$churn" 0)
    echo "$churn started and stopped in $took s, told: $(told started "$round") and $(told exited "$round"); $ours us each (in C: $least_each us; $(divided "$ours" "$least_each" 1) times)"
    threads | awk -F'\t' -v churn="$churn" 'NR == FNR { before[$1] = $2; next }
        $2 > before[$1] { printf "    %s: %.0f us\n", $1, ($2 - before[$1]) / churn }' "$folder/threads" -
done
