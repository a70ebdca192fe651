#!/bin/sh
# Builds the vCenter simulator of the end-to-end tests from Debian's packages: Tests/vcsim/build.sh OUTPUT
#
# Installs the packages where they are missing (with sudo unless root). Does nothing when OUTPUT is newer than its source.
set -eu

mkdir -p "$(dirname "$1")"
output=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
source=$(cd "$(dirname "$0")" && pwd)/main.go
govmomi=/usr/share/gocode/src/github.com/vmware/govmomi/simulator/simulator.go

if ! command -v go >/dev/null 2>&1 || [ ! -e "$govmomi" ]; then
    sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -q >&2
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -q -y --no-install-recommends \
        golang-go golang-github-vmware-govmomi-dev >&2
fi

if [ -x "$output" ] && [ "$output" -nt "$source" ] && [ "$output" -nt "$govmomi" ]; then
    exit 0
fi

# Built beside its place and moved there, so that nobody starts half a program.
GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS=-p=2 GOCACHE="${GOCACHE:-$(dirname "$output")/go-cache}" CGO_ENABLED=0 \
    go build -ldflags "-s -w" -o "$output.$$" "$source"
mv "$output.$$" "$output"
