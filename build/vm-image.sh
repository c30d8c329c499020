#!/usr/bin/env bash
# vm-image.sh SUITE [cloud-init|selinux]: makes a small virtual machine of a Debian suite (bullseye, bookworm, trixie): disk.ext4, vmlinuz and initrd in a folder
# outside the repository, once; prints that folder. With cloud-init, that and netplan configure the primary NIC; with selinux, every file has the label that Debian's
# policy wants. vm-image.sh qemu: likewise Debian 13's QEMU, whose emulation runs newer kernels; prints the program.
set -euo pipefail
cd "$(dirname "$0")/.."
suite=$1 with=${2:-}
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/eni-agent
mkdir -p "$cache"

# Another recipe is another machine.
made=$cache/vm-$suite${with:+-$with}-$(cat build/vm-image.sh build/vm-guest/* | cksum | cut -d' ' -f1)
if [[ -d $made ]]; then
    [[ $suite == qemu ]] && echo "$made/qemu" || echo "$made"
    exit
fi

echo "making a virtual machine's $suite${with:+ with $with} in $made (once)" >&2
new=$(mktemp -d "$cache/new.XXXXXX")
trap 'rm -rf "$new"' EXIT
if [[ $suite == qemu ]]; then
    mmdebstrap --quiet --variant=extract --include=qemu-system-x86,qemu-utils,seabios,ipxe-qemu,libc6 trixie "$new/root" >&2
    cat >"$new/qemu" <<'X'
#!/usr/bin/env bash
# qemu [qemu-img] ARGUMENTS
root=$(dirname "$(readlink -f "$0")")/root
program=qemu-system-x86_64 firmware=(-L "$root/usr/share/seabios" -L "$root/usr/share/qemu")
if [[ ${1:-} == qemu-img ]]; then
    program=qemu-img firmware=()
    shift
fi
exec "$root/usr/lib64/ld-linux-x86-64.so.2" --library-path "$root/usr/lib/x86_64-linux-gnu" "$root/usr/bin/$program" "${firmware[@]}" "$@"
X
    chmod 755 "$new" "$new/qemu"
    mv -T "$new" "$made"
    echo "$made/qemu"
    exit
fi

packages=systemd,systemd-sysv,udev,dbus,kmod,iproute2,iputils-ping,procps,ifupdown,network-manager,qemu-guest-agent,strace
case $with in
    cloud-init) packages+=,cloud-init,netplan.io ;;
    selinux) packages+=,selinux-policy-default,policycoreutils ;;
esac
root=$new/root
mmdebstrap --quiet --mode=root --variant=minbase --skip=cleanup/apt/lists --aptopt='Acquire::Check-Valid-Until "false"' --include="$packages" \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    "$suite" "$root" >&2

# The kernel as it is in its package: its own scripts are of no use here.
kernel=$(chroot "$root" apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9][^ ]*\)/\1/p' | head -1)
(cd "$new" && chroot "$root" sh -c "cd /tmp && apt-get download -q -o APT::Sandbox::User=root $kernel" >&2 && dpkg -x "$root"/tmp/linux-image-*.deb "$new/kernel")
rm -f "$root"/tmp/*.deb
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*
modules=$(dirname "$(find "$new/kernel" -name modules.builtin | head -1)")
version=$(basename "$modules")
mkdir -p "$root/lib/modules"
cp -a "$modules" "$root/lib/modules/"
cp "$new"/kernel/boot/vmlinuz-* "$new/vmlinuz"
depmod -b "$root" "$version"

# A first root that finds the disk.
mkdir -p "$new/first"/{bin,dev,proc,sys,disk,modules}
cp /bin/busybox "$new/first/bin/"
install -m 755 build/vm-guest/init "$new/first/init"
for module in virtio_pci virtio_blk ext4; do
    modprobe -d "$root" -S "$version" --show-depends "$module" 2>/dev/null | awk '$1 == "insmod" { print $2 }'
done | awk '!seen[$0]++' | while read -r file; do
    case $file in
        *.xz) xz -dc "$file" >"$new/first/modules/$(basename "${file%.xz}")" ;;
        *.zst) zstd -qdc "$file" >"$new/first/modules/$(basename "${file%.zst}")" ;;
        *) cp "$file" "$new/first/modules/" ;;
    esac
    basename "$file" | sed 's/\.xz$//; s/\.zst$//' >>"$new/first/modules/order"
done
(cd "$new/first" && find . | cpio --quiet -o -H newc | gzip -1) >"$new/initrd"

# As an image of the cloud: the primary NIC is configured at the first boot, by cloud-init or for the network manager that the boot names.
echo vm >"$root/etc/hostname"
echo '/dev/vda / ext4 rw,noatime 0 0' >"$root/etc/fstab"
install -m 755 build/vm-guest/first-boot "$root/usr/local/sbin/first-boot"
install -m 644 build/vm-guest/first-boot.service build/vm-guest/dependent.service "$root/etc/systemd/system/"
chroot "$root" systemctl enable --quiet dependent.service qemu-guest-agent.service
for unit in apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer dpkg-db-backup.timer systemd-timesyncd.service \
    NetworkManager.service NetworkManager-wait-online.service networking.service systemd-networkd.service systemd-networkd-wait-online.service getty@tty1.service; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
if [[ $with == cloud-init ]]; then
    rm "$root"/etc/systemd/system/systemd-networkd{,-wait-online}.service
    chroot "$root" systemctl enable --quiet systemd-networkd.service
    # Of its work that with the network; only the disk is searched for what to do.
    cat >"$root/etc/cloud/cloud.cfg.d/90-network.cfg" <<'X'
datasource_list: [NoCloud]
system_info: {network: {renderers: [netplan]}}
cloud_init_modules: [seed_random]
cloud_config_modules: []
cloud_final_modules: []
X
else
    chroot "$root" systemctl enable --quiet first-boot.service
fi
: >"$root/etc/machine-id"
if [[ $with == selinux ]]; then
    # To the kernel of this machine labels are attributes like others.
    unshare --mount sh -c "mount -t proc proc '$root/proc' && chroot '$root' setfiles -F -e /proc /etc/selinux/default/contexts/files/file_contexts /" >&2
fi
truncate -s 2G "$new/disk.ext4"
mke2fs -q -t ext4 -E lazy_itable_init=1,root_owner=0:0 -d "$root" "$new/disk.ext4" >&2
rm -rf "$root" "$new/kernel" "$new/first"
chmod 755 "$new"
mv -T "$new" "$made"
echo "$made"
