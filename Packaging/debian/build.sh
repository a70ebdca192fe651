#!/bin/sh
# Builds the Debian package of a built guestwatch: build.sh BINARY FOLDER
# The same binary, tree and commit give the same package, byte for byte.
set -eu
umask 022
binary=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
cd "$(dirname "$0")/../.."
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Package.swift)}"
export SOURCE_DATE_EPOCH LC_ALL=C.UTF-8 TZ=UTC

version=$("$binary" version | awk '$1 == "guestwatch" { print $2 }')
debian_version=${DEBIAN_VERSION:-$version-1}
architecture=$(dpkg --print-architecture)
maintainer="guestwatch maintainers <guestwatch@example.org>"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
install -d "$root/DEBIAN"

# The program.
install -D -m 755 "$binary" "$root/usr/bin/guestwatch"
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/guestwatch"

# The service.
install -D -m 644 Packaging/systemd/guestwatch.service "$root/lib/systemd/system/guestwatch.service"
install -D -m 644 Packaging/systemd/guestwatch.socket "$root/lib/systemd/system/guestwatch.socket"
install -D -m 644 Packaging/debian/sysusers.conf "$root/usr/lib/sysusers.d/guestwatch.conf"
install -D -m 644 Packaging/debian/collectors.json "$root/etc/guestwatch/collectors.json"

# Man pages and completions, from the command line parser.
man=$root/usr/share/man/man1
install -d "$man"
"$binary" --experimental-dump-help > "$work/help.json"
python3 Packaging/debian/manual.py "$work/help.json" "$man" "$version" "$(date -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)"
gzip -9n "$man"/*.1
complete() {
    install -d "$root/$(dirname "$2")"
    "$binary" --generate-completion-script "$1" | sed '1{/^#!/d}' > "$root/$2"
}
complete bash usr/share/bash-completion/completions/guestwatch
complete zsh usr/share/zsh/vendor-completions/_guestwatch
complete fish usr/share/fish/vendor_completions.d/guestwatch.fish

# Documentation.
doc=$root/usr/share/doc/guestwatch
install -d "$doc/examples" "$root/usr/share/lintian/overrides"
install -m 644 Packaging/debian/copyright "$doc/copyright"
install -m 644 README.md "$doc/README.md"
gzip -9nc CHANGELOG.md > "$doc/changelog.gz"
install -m 644 Packaging/systemd/remote-only.conf "$doc/examples/"
install -m 644 Packaging/debian/lintian-overrides "$root/usr/share/lintian/overrides/guestwatch"
cat > "$work/changelog" <<END
guestwatch ($debian_version) unstable; urgency=medium

  * Built from the sources of guestwatch $version; see changelog.gz.

 -- $maintainer  $(date -d "@$SOURCE_DATE_EPOCH" -R)
END
gzip -9nc "$work/changelog" > "$doc/changelog.Debian.gz"

# Control files.
mkdir "$work/debian"
printf 'Source: guestwatch\n\nPackage: guestwatch\nArchitecture: any\n' > "$work/debian/control"
libraries=$(cd "$work" && dpkg-shlibdeps -O "$root/usr/bin/guestwatch" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
(cd "$root" && find etc -type f -printf '/%p\n' | sort) > "$root/DEBIAN/conffiles"
for script in postinst prerm postrm; do install -m 755 "Packaging/debian/$script" "$root/DEBIAN/$script"; done
(cd "$root" && find usr lib -type f -print0 | sort -z | xargs -0 md5sum) > "$root/DEBIAN/md5sums"
cat > "$root/DEBIAN/control" <<END
Package: guestwatch
Version: $debian_version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -k -s --apparent-size --exclude=DEBIAN "$root" | cut -f1)
Pre-Depends: init-system-helpers (>= 1.54~)
Depends: $libraries, systemd | systemd-standalone-sysusers | systemd-sysusers
Section: admin
Priority: optional
Description: watches what happens to virtual machines and containers
 guestwatch is a small daemon for people who run hypervisors. It watches what
 happens to virtual machines and containers in vCenter, on ESXi and on this
 host, commits each event to a journal together with the position it was read
 from, and delivers it to files, log stores, message brokers and databases.
 .
 Kill it anywhere and start it again: every event is in its journal exactly
 once, and reaches every sink under an id that makes repeats recognisable.
END
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
package=$out/guestwatch_${debian_version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz -z3 --build "$root" "$package" >/dev/null
echo "$package"
