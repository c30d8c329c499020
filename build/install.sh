#!/usr/bin/env bash
# install.sh NEED...: installs what a make target needs and this machine lacks, by the system's package manager, and says so.
# NEED: build (the static binary) | arm64 (the same, for arm64 on x86-64) | package (DEB and RPM) | network (namespaces, firewall, pings) | bench (who it is measured beside) | test (the tests' own tools)
set -euo pipefail

# need   command or file that shows it is there     Debian, Ubuntu     RHEL, Fedora, OpenCloudOS
# PACKAGE:FILE is a program that is taken out of its package, for the package would start a service.
table() {
    cat <<'T'
build    clang                                      clang              clang
build    ld.lld                                     lld                lld
build    /usr/lib*/libc.a:/usr/lib/*/libc.a         libc6-dev          glibc-static
build    /usr/include/zlib.h                        zlib1g-dev         zlib-devel
arm64    aarch64-linux-gnu-objcopy                  gcc-aarch64-linux-gnu,libc6-dev-arm64-cross  gcc-aarch64-linux-gnu
package  dpkg-deb                                   dpkg               dpkg
package  rpmbuild                                   rpm                rpm-build
package  scdoc                                      scdoc              scdoc
network  ip                                         iproute2           iproute
network  nft                                        nftables           nftables
bench    curl                                       curl               curl
bench    strace                                     strace             strace
bench    time                                       time               time
test     gcc                                        gcc                gcc
test     strace                                     strace             strace
test     mmdebstrap                                 mmdebstrap         mmdebstrap
test     systemd-nspawn                             systemd-container  systemd-container
test     busybox                                    busybox-static     busybox
test     cpio                                       cpio               cpio
test     xz                                         xz-utils           xz
test     zstd                                       zstd               zstd
test     modprobe                                   kmod               kmod
test     mke2fs                                     e2fsprogs          e2fsprogs
test     qemu-aarch64-static                        qemu-user-static   qemu-user-static
test     lintian                                    lintian            lintian
test     rpmlint                                    rpmlint            rpmlint
test     promtool                                   prometheus:/usr/bin/promtool  golang-github-prometheus
test     ping                                       iputils-ping       iputils
test     curl                                       curl               curl
test     ansible-playbook                           ansible-core       ansible-core
test     /usr/include/linux/fib_rules.h             linux-libc-dev     kernel-headers
T
}

is_there() {
    local candidates candidate
    if [[ $1 != /* ]]; then
        command -v "$1" >/dev/null
        return
    fi
    IFS=: read -ra candidates <<<"$1"
    for candidate in "${candidates[@]}"; do
        compgen -G "$candidate" >/dev/null && return 0
    done
    return 1
}

# Needs nothing but the C library: what else its package depends on is left out as well.
take_out() {
    local folder
    folder=$(mktemp -d)
    chmod 755 "$folder"
    (cd "$folder" && apt-get download -qq "$1" 2>/dev/null && dpkg-deb -x ./*.deb .)
    install -m 755 "$folder$2" /usr/local/bin/
    rm -rf "$folder"
}

if ! command -v dotnet >/dev/null; then
    echo "install.sh: the .NET SDK 10 is missing; see https://learn.microsoft.com/dotnet/core/install/linux" >&2
    exit 1
fi

if command -v apt-get >/dev/null; then
    manager=apt
elif command -v dnf >/dev/null; then
    manager=dnf
elif command -v yum >/dev/null; then
    manager=yum
else
    manager=none
fi

missing=()
while read -r need shown debian redhat; do
    [[ " $* " == *" $need "* ]] || continue
    is_there "$shown" && continue
    [[ $manager == apt ]] && missing+=(${debian//,/ }) || missing+=("$redhat")
done < <(table)
[[ ${#missing[@]} -eq 0 ]] && exit 0

if [[ $(id -u) -ne 0 || $manager == none ]]; then
    echo "install.sh: please install: ${missing[*]}" >&2
    exit 1
fi

echo "installing: ${missing[*]}"
if [[ $manager == apt ]]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    whole=()
    for package in "${missing[@]}"; do
        [[ $package == *:* ]] && take_out "${package%%:*}" "${package#*:}" || whole+=("$package")
    done
    [[ ${#whole[@]} -eq 0 ]] || apt-get install -y -qq --no-install-recommends "${whole[@]}" >/dev/null
else
    "$manager" install -y -q "${missing[@]}"
fi
