#!/usr/bin/env bash
# google-guest-agent.sh FOLDER: unpacks Google's guest agent into a root of its own, to be measured beside: the program, its libraries and nothing else. Installs nothing.
set -euo pipefail
root=$1
[[ -e $root ]] && exit 0
if ! command -v apt-get >/dev/null; then
    echo "google-guest-agent is not measured: it comes from Debian's packages" >&2
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! (cd "$work" && apt-get download -qq -o APT::Sandbox::User=root google-guest-agent 2>&1); then
    echo "google-guest-agent is not measured: there is no such package here" >&2
    exit 0
fi

dpkg -x "$work"/*.deb "$work/package"
program=$work/package/usr/bin/google_guest_agent
install -D -m 755 "$program" "$work/root/usr/bin/google_guest_agent"
for library in $(ldd "$program" | grep -o '/[^ ]*'); do
    install -D -m 755 "$library" "$work/root$library"
done
mkdir -p "$work/root/etc" "$(dirname "$root")"
cp -r "$work/root" "$root"
sync "$root/usr/bin/google_guest_agent"
