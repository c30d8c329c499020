#!/usr/bin/env bash
# container.sh SYSTEM WORK [OPTION...]: boots the systemd of a Debian system (the folder SYSTEM, which stays as it is, with what lies in WORK/upper over it) as
# process 1 of a container with a network of its own, and ends with it. Its control groups are its own as well. The options are further ones of systemd-nspawn.
# APART=1: the mounts are the caller's own already.
set -euo pipefail
if [[ -z ${APART:-} ]]; then
    APART=1 exec unshare --mount --propagation private "$0" "$@"
fi

system=$1 work=$2
shift 2
umount -R /sys/fs/cgroup 2>/dev/null || umount -lR /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
group=/sys/fs/cgroup/eni-agent-test-$$
mkdir "$group"
echo $$ >"$group/cgroup.procs"
mkdir -p /run/systemd/nspawn
mount -t tmpfs none /run/systemd/nspawn

mkdir -p "$work"/{upper,work,root}
mount -t overlay none -o "lowerdir=$system,upperdir=$work/upper,workdir=$work/work" "$work/root"
# udev's own condition says no in a container, though /sys can be written.
for unit in systemd-udevd.service systemd-udevd-control.socket systemd-udevd-kernel.socket; do
    mkdir -p "$work/root/etc/systemd/system/$unit.d"
    printf '[Unit]\nConditionPathIsReadWrite=\n' >"$work/root/etc/systemd/system/$unit.d/container.conf"
done
# Whoever tests a network manager starts it: none is to be in the way of the others.
for unit in NetworkManager.service networking.service ifup@.service systemd-networkd.service; do
    ln -sf /dev/null "$work/root/etc/systemd/system/$unit"
done
: >"$work/root/etc/fstab"
echo b0000000000000000000000000000002 >"$work/root/etc/machine-id"

# Calls of bpf(2), so that IPAddressDeny= and DevicePolicy= of its services are in force.
status=0
systemd-nspawn --boot --quiet --directory="$work/root" --register=no --keep-unit --link-journal=no --private-network --console=read-only --system-call-filter=bpf "$@" </dev/null || status=$?
echo $$ >/sys/fs/cgroup/cgroup.procs
for _ in {1..50}; do
    find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
    [[ -d $group ]] || break
    sleep 0.1
done
exit "$status"
