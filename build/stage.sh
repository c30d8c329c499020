#!/usr/bin/env bash
# stage.sh BINARY FOLDER deb|rpm VERSION: lays in FOLDER what a package holds, as it lies on a machine.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=$1 folder=$2 kind=$3 version=$4

put() { install -D -m "$1" "$2" "$folder$3"; }
page() {
    mkdir -p "$folder/usr/share/man/man${1##*.}"
    sed "s/@VERSION@/$version/" "packaging/man/$1.scd" | scdoc | gzip -9n >"$folder/usr/share/man/man${1##*.}/$1.gz"
    chmod 644 "$folder/usr/share/man/man${1##*.}/$1.gz"
}

# Debian's form of the newest section of CHANGELOG.md.
changelog() {
    echo "eni-agent ($version) unstable; urgency=medium"
    echo
    build/changes.sh | sed 's/^- /  * /; s/^  \([^*]\)/    \1/'
    echo
    echo " -- The EniAgent authors <eni-agent@localhost>  $(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")"
}

umask 022
rm -rf "$folder"
put 755 "$binary" /usr/sbin/eni-agent
put 644 docs/eni-agent.conf.example /etc/eni-agent/eni-agent.conf
put 644 systemd/eni-agent.service /usr/lib/systemd/system/eni-agent.service
put 644 systemd/eni-agent.tmpfiles /usr/lib/tmpfiles.d/eni-agent.conf
put 644 systemd/eni-agent.networkd.conf /usr/lib/systemd/networkd.conf.d/50-eni-agent.conf
put 644 systemd/eni-agent.catalog /usr/lib/systemd/catalog/eni-agent.catalog
put 644 packaging/completions/eni-agent.bash /usr/share/bash-completion/completions/eni-agent
put 644 docs/files.md /usr/share/doc/eni-agent/files.md
put 644 docs/doctor.md /usr/share/doc/eni-agent/doctor.md
put 644 README.md /usr/share/doc/eni-agent/README.md
page eni-agent.8
page eni-agent.conf.5
if [[ $kind == deb ]]; then
    put 644 packaging/completions/_eni-agent /usr/share/zsh/vendor-completions/_eni-agent
    put 644 packaging/debian/lintian-overrides /usr/share/lintian/overrides/eni-agent
    { cat packaging/debian/copyright; sed '1,4d; s/^$/./; s/^/ /' LICENSE; } >"$folder/usr/share/doc/eni-agent/copyright"
    changelog | gzip -9n >"$folder/usr/share/doc/eni-agent/changelog.gz"
else
    put 644 packaging/completions/_eni-agent /usr/share/zsh/site-functions/_eni-agent
    put 644 LICENSE /usr/share/licenses/eni-agent/LICENSE
    put 644 CHANGELOG.md /usr/share/doc/eni-agent/CHANGELOG.md
    mkdir -p "$folder/etc/eni-agent/eni-agent.conf.d" "$folder/var/lib/eni-agent"
fi
