#!/bin/sh
# Run as a service of the system under test, by boot.sh: what systemd makes of guestwatch.service. The first check that
# fails ends it.
set -eu
show() { systemctl show --property="$1" --value guestwatch; }
fail() { echo "boot: FAILED: $*"; journalctl --no-pager --boot -u guestwatch | tail -n 30; exit 1; }
# until WHAT COMMAND…: within a minute.
until_so() {
    what=$1; shift
    for _ in $(seq 300); do
        if "$@" > /dev/null 2>&1; then echo "boot: $what"; return; fi
        sleep 0.2
    done
    fail "not so: $what"
}
is() { [ "$(show "$1")" = "$2" ]; }
said() { journalctl --no-pager --boot -u guestwatch -o cat | grep -q "$1"; }

until_so "started: it has told that it is ready (Type=notify)" is ActiveState active
pid=$(show MainPID)
[ "$(stat -c %U "/proc/$pid")" = guestwatch ] || fail "it runs as $(stat -c %U "/proc/$pid")"
grep -q '^NoNewPrivs:.*1' "/proc/$pid/status" || fail "new privileges are possible"
grep -q '^Seccomp:.*2' "/proc/$pid/status" || fail "no system call is filtered"
grep -q '^CapBnd:.*0000000400080800' "/proc/$pid/status" || fail "other capabilities: $(grep CapBnd "/proc/$pid/status")"
grep -q ' / ro[, ]' "/proc/$pid/mounts" || grep -qE '^[^ ]+ / [^ ]+ ro' "/proc/$pid/mounts" || fail "the system can be written to"
echo "boot: the sandbox holds: user, privileges, system calls, capabilities, files"
[ "$(cat /run/credentials/guestwatch.service/vc1)" = "a secret of the service" ] || fail "no credential"
[ "$(stat -c %a /run/credentials/guestwatch.service/vc1)" = 400 ] || fail "a credential others may read"
echo "boot: a credential is handed over (LoadCredential)"

guestwatch status | grep -q containers || fail "the command finds no agent"
echo "boot: the command finds it by /etc/guestwatch/collectors.json"

systemctl reload guestwatch
until_so "reloaded (ExecReload)" said "configuration reloaded"
[ "$(show MainPID)" = "$pid" ] || fail "a reload has started it anew"
is ActiveState active || fail "after the reload: $(show ActiveState)"

sleep 8
[ "$(show MainPID)" = "$pid" ] || fail "its watchdog starved though it works"
echo "boot: its watchdog is fed"
kill -STOP "$pid"
restarted() { is ActiveState active && [ "$(show NRestarts)" -ge 1 ] && [ "$(show MainPID)" != "$pid" ]; }
until_so "an agent that does not move is started anew by the watchdog" restarted

# From here on the socket is systemd's: it stays while the service is stopped, and who connects starts it.
systemctl stop guestwatch
systemctl start guestwatch.socket
socket=/run/guestwatch/api.sock
[ "$(stat -c '%U %a' $socket)" = "guestwatch 600" ] || fail "the socket is of $(stat -c '%U %a' $socket)"
is ActiveState inactive || fail "it runs though nobody has asked yet"
guestwatch status --api $socket > /dev/null || fail "who connects to the socket is not answered"
is ActiveState active || fail "it was not started by the connection"
echo "boot: a connection to systemd's socket starts it, and is answered"
number=$(stat -c %i $socket)
systemctl restart guestwatch &
for _ in $(seq 50); do guestwatch status --api $socket > /dev/null || fail "turned away while it restarts"; done
wait
[ "$(stat -c %i $socket)" = "$number" ] || fail "the restart made another socket"
until_so "the socket stays while it restarts, and nobody is turned away" is ActiveState active
systemctl stop guestwatch.socket

systemctl stop guestwatch
is Result success || fail "it ended with $(show Result)"
said "stopped" || fail "it did not say that it stopped"
! said "thread priority" || fail "the runtime complains of priorities"
echo "boot: stopped in order"
systemd-analyze security --threshold=20 --no-pager guestwatch.service > /tmp/security || { tail -n 3 /tmp/security; exit 1; }
echo "boot: $(tail -n 1 /tmp/security)"
