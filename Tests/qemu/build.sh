#!/bin/sh
# Makes the small guest of the QEMU tests: Tests/qemu/build.sh FOLDER
#
# FOLDER/kernel is Debian's cloud kernel, FOLDER/initramfs holds busybox and an init that takes orders from the serial
# port. The kernel is downloaded and unpacked, not installed. Does nothing when both are there and newer than this file.
set -eu

mkdir -p "$1"
folder=$(cd "$1" && pwd)
script=$(cd "$(dirname "$0")" && pwd)/build.sh

if [ "$folder/kernel" -nt "$script" ] && [ "$folder/initramfs" -nt "$script" ]; then
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1)
if [ -z "$package" ]; then
    sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -q >&2
    package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1)
fi
(cd "$work" && apt-get download -q "$package" >&2 && dpkg -x "$package"_*.deb unpacked)

root=$work/root
mkdir -p "$root/bin" "$root/modules" "$root/proc" "$root/sys" "$root/dev"
cp "$(command -v busybox)" "$root/bin/busybox"
find "$work/unpacked" -name 'pvpanic*.ko' -exec cp {} "$root/modules/" \;

cat >"$root/init" <<'INIT'
#!/bin/busybox sh
# Takes orders from the serial port, one a line; what is none of ours is run by the shell.
export PATH=/bin
/bin/busybox --install -s /bin
mount -t devtmpfs none /dev
mount -t proc none /proc
mount -t sysfs none /sys
for module in pvpanic pvpanic-pci; do insmod /modules/$module.ko 2>/dev/null; done
[ -c /dev/ttyS0 ] && stty raw -echo </dev/ttyS0

# Starts the i6300esb with the shortest time, and never feeds it. The kernel has no driver for it: two registers are
# unlocked by two words, then the timer is switched on in the configuration of the device.
watchdog() {
    for device in /sys/bus/pci/devices/*; do [ "$(cat $device/device)" = 0x25ab ] && break; done
    printf '\002' | dd of=$device/config bs=1 seek=4 count=1 conv=notrunc 2>/dev/null
    read -r start rest <$device/resource
    for register in 0 4; do
        devmem $((start + 12)) 16 0x80
        devmem $((start + 12)) 16 0x86
        devmem $((start + register)) 32 1
    done
    printf '\002' | dd of=$device/config bs=1 seek=104 count=1 conv=notrunc 2>/dev/null
}

echo ready >/dev/ttyS0
while read -r order; do
    case "$order" in
    poweroff) poweroff -f ;;
    reboot) reboot -f ;;
    panic) echo c >/proc/sysrq-trigger ;;
    watchdog) watchdog ;;
    *) sh -c "$order" >/dev/ttyS0 2>&1 ;;
    esac
done </dev/ttyS0
INIT
chmod 755 "$root/init"

(cd "$root" && find . | cpio --quiet -o -H newc | gzip -1 >"$work/initramfs")
# The image last: both are there, or the next call makes both.
mv "$work/initramfs" "$folder/initramfs"
cp "$work"/unpacked/boot/vmlinuz-* "$folder/kernel.new"
mv "$folder/kernel.new" "$folder/kernel"
