#!/usr/bin/env bash
# consumer.sh SYSTEM FILES SCRIPT: runs a shell script in a Debian system (the folder SYSTEM, which stays as it is) over which the files below FILES were laid,
# in the network namespace this is called from, with mounts and processes of its own: what the script starts ends with it.
set -euo pipefail
if [[ -z ${INNER:-} ]]; then
    INNER=1 exec unshare --mount --propagation private --pid --fork --kill-child "$0" "$@"
fi

system=$1 files=$2 script=$3
mount -t tmpfs none /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay none -o "lowerdir=$system,upperdir=/mnt/upper,workdir=/mnt/work" /mnt/root
cd /mnt/root
mount -t proc none proc
# Read-only, as in a container: udev does not run here, and network managers must not wait for it.
mount -t sysfs -o ro none sys
mount -t tmpfs none run
mount --rbind /dev dev
cp -a --no-preserve=ownership "$files/." .
# The copy has given the root the folder's mode.
chmod 755 .
# Who asks for an address by DHCP says which machine it is.
echo b0000000000000000000000000000001 >etc/machine-id
exec chroot . /bin/bash -euc "$script"
