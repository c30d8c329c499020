#!/usr/bin/env bash
# Makes the DEB and the RPM for x86-64 and for arm64, into artifacts/packages.
# ARCHES="x86_64" limits the architectures; VERSION=0.9.0 makes the same tree under another number, for trying upgrades; OUT is another folder.
set -euo pipefail
cd "$(dirname "$0")/.."
arches=${ARCHES:-x86_64 aarch64}
build/install.sh build package
[[ $arches != *aarch64* || $(uname -m) == aarch64 ]] || build/install.sh arm64

version=$(sed -nE 's:.*<Version>(.*)</Version>.*:\1:p' Directory.Build.props)
if ! grep -qE "^## $version( |$)" CHANGELOG.md; then
    echo "CHANGELOG.md has no section for $version, the version in Directory.Build.props" >&2
    exit 1
fi
version=${VERSION:-$version}

# The same tree gives the same bytes, whenever it is built.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date -r CHANGELOG.md +%s)}
export SOURCE_DATE_EPOCH
out=${OUT:-artifacts/packages}
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

deb() {
    local stage=$work/deb name=$2
    build/stage.sh "$1" "$stage" deb "$version"
    mkdir -p "$stage/DEBIAN"
    install -m 755 packaging/debian/{postinst,prerm,postrm} "$stage/DEBIAN/"
    echo /etc/eni-agent/eni-agent.conf >"$stage/DEBIAN/conffiles"
    (cd "$stage" && find usr etc -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$stage/DEBIAN/md5sums"
    sed "s/@VERSION@/$version/; s/@ARCHITECTURE@/$name/; s/@SIZE@/$(du -sk --apparent-size --exclude=DEBIAN "$stage" | cut -f1)/" packaging/debian/control.in >"$stage/DEBIAN/control"
    find "$stage" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    dpkg-deb --root-owner-group -Zxz --build "$stage" "$out/eni-agent_${version}_$name.deb" >/dev/null
}

rpm() {
    build/stage.sh "$1" "$work/rpm" rpm "$version"
    find "$work/rpm" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    {
        cat packaging/rpm/eni-agent.spec
        LC_ALL=C date -u -d "@$SOURCE_DATE_EPOCH" "+* %a %b %d %Y The EniAgent authors - $version-1"
        build/changes.sh
    } >"$work/eni-agent.spec"
    # xz: what rpm on CentOS 7 can unpack.
    rpmbuild -bb --quiet --target "$2-linux" --define "_topdir $work/top" --define "_rpmdir $work/out" --define "_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm" \
        --define "stage $work/rpm" --define "agent_version $version" --define "_buildhost localhost" --define "_binary_payload w9.xzdio" \
        --define "use_source_date_epoch_as_buildtime 1" --define "clamp_mtime_to_source_date_epoch 1" "$work/eni-agent.spec"
    mv "$work"/out/*.rpm "$out/"
}

for arch in $arches; do
    make --no-print-directory build ARCH="$arch"
    binary=$(make --no-print-directory -s binary ARCH="$arch")
    deb "$binary" "$([[ $arch == aarch64 ]] && echo arm64 || echo amd64)"
    rpm "$binary" "$arch"
done
(cd "$out" && ls -l ./*"$version"* | awk '{printf "%s: %.1f MB\n", $NF, $5 / 1e6}')
