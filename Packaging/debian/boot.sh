#!/bin/sh
# Boots a Debian root with systemd in it and looks at the installed service from within: boot.sh PACKAGE [ROOT]
# ROOT is made by debootstrap where it is missing, and kept for the next time. Needs root and systemd-nspawn.
set -eu
cd "$(dirname "$0")/../.."
package=$(realpath "$1")
root=$(realpath -m "${2:-.build/debian/boot}")
here=$(realpath Packaging/debian)
mirror=${MIRROR:-$(sed -n 's/^deb .*\(https\?:[^ ]*\) bookworm main.*/\1/p; s/^URIs: *//p' \
    /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -v security | head -n 1)}
if [ ! -e "$root/.made" ]; then
    rm -rf "$root"
    debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus bookworm "$root" \
        "${mirror:-http://deb.debian.org/debian}" > "$root.log" 2>&1 || { tail -n 20 "$root.log"; exit 1; }
    chroot "$root" apt-get update -qq
    touch "$root/.made"
fi
cp "$package" "$root/tmp/guestwatch.deb"
unshare --mount sh -c 'mount --rbind /proc "$0/proc" && exec chroot "$0" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
    apt-get install -y -qq --no-install-recommends --reinstall /tmp/guestwatch.deb' "$root" > "$root.log" 2>&1 \
    || { tail -n 20 "$root.log"; exit 1; }
install -m 755 "$here/boot-checks.sh" "$root/usr/local/sbin/boot-checks"
cat > "$root/etc/systemd/system/boot-checks.service" << 'END'
[Unit]
After=guestwatch.service multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/sh -c '/usr/local/sbin/boot-checks > /boot-checks.log 2>&1; echo "status $?" >> /boot-checks.log'
ExecStopPost=/bin/systemctl --no-block poweroff
[Install]
WantedBy=graphical.target
END
mkdir -p "$root/etc/systemd/system/graphical.target.wants" "$root/etc/systemd/system/guestwatch.service.d"
ln -sf ../boot-checks.service "$root/etc/systemd/system/graphical.target.wants/boot-checks.service"
mkdir -p "$root/etc/guestwatch/credentials"
echo "a secret of the service" > "$root/etc/guestwatch/credentials/vc1"
chmod 600 "$root/etc/guestwatch/credentials/vc1"
printf '[Service]\nWatchdogSec=6s\nLoadCredential=vc1:/etc/guestwatch/credentials/vc1\n' \
    > "$root/etc/systemd/system/guestwatch.service.d/boot.conf"
rm -f "$root/boot-checks.log"
timeout --kill-after=10 "${LIMIT:-240}" systemd-nspawn --quiet --directory="$root" --boot --register=no --keep-unit \
    --link-journal=no --capability=CAP_SYSLOG < /dev/null > "$root.log" 2>&1 || true
cat "$root/boot-checks.log" 2> /dev/null || { tail -n 30 "$root.log"; echo "boot: FAILED: it did not come so far"; exit 1; }
grep -qx "status 0" "$root/boot-checks.log"
