#!/bin/bash
# What the classic network-scripts do with their files, as their sysconfig.txt documents it: for a test of files that knows nothing of who wrote them.
# Usage: network-scripts.sh FOLDER; brings up every ifcfg file with ONBOOT=yes. DHCP is left to whoever plays its part.
set -u
folder=$1
# systemd-sysctl does this whenever a NIC appears.
grep -v '^#' "$folder/sysctl.conf" | while IFS=' =' read -r key value; do echo "$value" >"/proc/sys/$key"; done
for file in "$folder"/ifcfg-*; do
    (
        unset DEVICE ONBOOT BOOTPROTO HWADDR DEFROUTE GATEWAY
        . "$file"
        [[ ${ONBOOT:-no} == yes ]] || exit 0
        [[ -z ${HWADDR:-} || $(ip -o link show "$DEVICE" | grep -ic "$HWADDR") -gt 0 ]] || exit 0
        ip link set "$DEVICE" up
        for n in '' {0..255}; do
            address="IPADDR$n" prefix="PREFIX$n" mask="NETMASK$n"
            [[ -n ${!address:-} ]] || continue
            length=${!prefix:-}
            if [[ -z $length ]]; then
                length=0
                for octet in ${!mask//./ }; do
                    while ((octet)); do ((length += octet & 1, octet >>= 1)); done
                done
            fi
            ip address add "${!address}/$length" brd + dev "$DEVICE"
        done
        [[ ${DEFROUTE:-yes} == no || -z ${GATEWAY:-} ]] || ip route replace default via "$GATEWAY" dev "$DEVICE"
        for kind in route rule; do
            [[ -f $folder/$kind-$DEVICE ]] || continue
            grep -vE '^[[:space:]]*(#.*)?$' "$folder/$kind-$DEVICE" | while read -r line; do ip "$kind" add $line; done
        done
    ) || exit 1
done
