#!/usr/bin/env bash
# usage: install.sh   Unpacks Debian's kubectl into the git-ignored bin/, beside whatever kubectl the machine has. Does nothing if it is there.
set -euo pipefail
cd "$(dirname "$0")"
[[ -x bin/kubectl ]] && exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
download() { (cd "$work" && apt-get -qq download kubernetes-client 2>/dev/null); }
download || { apt-get -qq update && download; } # a new machine has no lists of packages yet
dpkg -x "$work"/kubernetes-client_*.deb "$work"
mkdir -p bin
mv "$work/usr/bin/kubectl" bin/kubectl
