#!/bin/sh
# Installs, upgrades, removes and purges a package in a Debian root of its own: test.sh PACKAGE [ROOT]
# ROOT is made by debootstrap where it is missing, and kept for the next time. Needs root.
set -eu
cd "$(dirname "$0")/../.."
package=$(realpath "$1")
root=$(realpath -m "${2:-.build/debian/root}")
mirror=${MIRROR:-$(sed -n 's/^deb .*\(https\?:[^ ]*\) bookworm main.*/\1/p; s/^URIs: *//p' \
    /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -v security | head -n 1)}
if [ ! -e "$root/.made" ]; then
    rm -rf "$root"
    debootstrap --variant=minbase --include=man-db,systemd-standalone-sysusers bookworm "$root" \
        "${mirror:-http://deb.debian.org/debian}" > "$root.log" 2>&1 || { tail -n 20 "$root.log"; exit 1; }
    chroot "$root" apt-get update -qq
    touch "$root/.made"
fi
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"

# With /proc, where programs find their arguments; in a mount namespace, so that nothing is left mounted.
in_root() {
    # shellcheck disable=SC2016 # expanded by the inner shell
    unshare --mount sh -c 'mount --rbind /proc "$0/proc" && exec chroot "$0" "$@"' "$root" \
        env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
}
step() { echo "package: $*"; }
fail() { echo "package: FAILED: $*" >&2; exit 1; }

in_root dpkg --purge guestwatch > /dev/null 2>&1 || true
rm -f "$root"/tmp/guestwatch*.deb
cp "$package" "$root/tmp/guestwatch_new.deb"
# An older version of the same, to upgrade from.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dpkg-deb --raw-extract "$package" "$work/old"
sed -i 's/^Version: .*/Version: 0.0.1-1/' "$work/old/DEBIAN/control"
dpkg-deb --root-owner-group -Zxz -z1 --build "$work/old" "$root/tmp/guestwatch_old.deb" > /dev/null

step "lintian"
lintian --allow-root --fail-on error,warning "$package" || fail "lintian is not content"

if command -v systemd-analyze > /dev/null; then
    step "sandbox"
    systemd-analyze security --offline=yes --threshold=20 --no-pager "$work/old/lib/systemd/system/guestwatch.service" \
        > "$root.log" || { cat "$root.log"; fail "the unit is more exposed than 2.0"; }
fi

step "install"
in_root apt-get install -y -qq --no-install-recommends /tmp/guestwatch_old.deb > "$root.log" 2>&1 \
    || { tail -n 20 "$root.log"; fail "not installed"; }
in_root getent passwd guestwatch > /dev/null || fail "no user guestwatch"
in_root guestwatch version | grep -q "^guestwatch " || fail "the program does not run"
in_root guestwatch check --config /etc/guestwatch/collectors.json > /dev/null || fail "the configuration is refused"
in_root man -l /usr/share/man/man1/guestwatch-run.1.gz 2>/dev/null | grep -q -- "--stop-deadline" || fail "no manual"
for page in "$root"/usr/share/man/man1/guestwatch*.1.gz; do
    words=$(in_root man --warnings -E UTF-8 -l -Tutf8 "${page#"$root"}" 2>&1 >/dev/null)
    [ -z "$words" ] || fail "$page: $words"
done
in_root bash -n /usr/share/bash-completion/completions/guestwatch || fail "the completion for bash is broken"
[ -L "$root/etc/systemd/system/multi-user.target.wants/guestwatch.service" ] || fail "the service is not enabled"
[ ! -e "$root/etc/systemd/system/sockets.target.wants/guestwatch.socket" ] || fail "the socket is enabled though nobody asked"

step "upgrade: a changed configuration and what was written stay"
echo "// changed by its owner" >> "$root/etc/guestwatch/collectors.json"
mkdir -p "$root/var/lib/guestwatch" "$root/var/log/guestwatch"
echo kept > "$root/var/lib/guestwatch/journal.db"
in_root dpkg -i /tmp/guestwatch_new.deb > "$root.log" 2>&1 || { tail -n 20 "$root.log"; fail "not upgraded"; }
grep -q "changed by its owner" "$root/etc/guestwatch/collectors.json" || fail "the configuration was overwritten"
grep -q kept "$root/var/lib/guestwatch/journal.db" || fail "the journal was touched"

step "remove: the configuration and what was written stay"
in_root dpkg --remove guestwatch > "$root.log" 2>&1 || { tail -n 20 "$root.log"; fail "not removed"; }
[ ! -e "$root/usr/bin/guestwatch" ] || fail "the program is still there"
[ -e "$root/etc/guestwatch/collectors.json" ] && [ -e "$root/var/lib/guestwatch/journal.db" ] || fail "too much is gone"

step "purge: nothing stays"
in_root dpkg --purge guestwatch > "$root.log" 2>&1 || { tail -n 20 "$root.log"; fail "not purged"; }
for path in etc/guestwatch var/lib/guestwatch var/log/guestwatch lib/systemd/system/guestwatch.service \
    lib/systemd/system/guestwatch.socket etc/systemd/system/guestwatch.socket \
    etc/systemd/system/multi-user.target.wants/guestwatch.service etc/systemd/system/guestwatch.service; do
    [ ! -e "$root/$path" ] && [ ! -L "$root/$path" ] || fail "/$path is still there"
done
step "fine"
