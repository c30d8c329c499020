#!/usr/bin/env bash
# Makes a small Debian system with the network managers whose files the agent writes, so that tests can run the real programs without installing one of them
# here. It stands outside the repository and is made once; prints its folder.
set -euo pipefail
suite=bookworm
packages=systemd,udev,dbus,iproute2,iputils-ping,procps,ifupdown,netplan.io,network-manager
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/eni-agent

# Another list of packages is another system.
system=$cache/consumers-$suite-$(cksum <<<"$packages" | cut -d' ' -f1)
if [[ ! -d $system ]]; then
    echo "making a Debian system with $packages in $system (once)" >&2
    mkdir -p "$cache"
    new=$(mktemp -d "$cache/new.XXXXXX")
    trap 'rm -rf "$new"' EXIT
    mmdebstrap --quiet --mode=root --variant=minbase --include="$packages" \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        "$suite" "$new/root" >&2
    chmod 755 "$new/root"
    mv -T "$new/root" "$system"
fi

echo "$system"
