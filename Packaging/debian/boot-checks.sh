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

systemctl stop guestwatch
is Result success || fail "it ended with $(show Result)"
said "stopped" || fail "it did not say that it stopped"
! said "thread priority" || fail "the runtime complains of priorities"
echo "boot: stopped in order"
systemd-analyze security --threshold=20 --no-pager guestwatch.service > /tmp/security || { tail -n 3 /tmp/security; exit 1; }
echo "boot: $(tail -n 1 /tmp/security)"
