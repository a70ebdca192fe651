#!/bin/sh
# Unpacks rsyslog and syslog-ng from Debian into the folder $1: their packages exclude each other, and both want to be
# the machine's own. Needs a source of packages, not root.
set -eu
mkdir -p "$1"
cd "$1"
[ -f usr/lib/*/rsyslog/lmnsd_ossl.so ] && [ -x usr/sbin/syslog-ng ] && exit 0
apt-get download -qq rsyslog rsyslog-openssl syslog-ng-core libestr0 libfastjson4 liblognorm5 libivykis0 libnet1 libpcre3 libwrap0
for package in *.deb; do dpkg -x "$package" .; done
rm -f ./*.deb
