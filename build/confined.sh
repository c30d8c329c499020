#!/usr/bin/env bash
# confined.sh COMMAND...: runs tests so that every agent they start is started by a real systemd, under what systemd/eni-agent.service says of its confinement.
# The systemd is that of a container. The command sees its processes (and they it), its folder /srv, where the tests' files lie, and the network namespaces that the
# tests make; everything else is this machine's. ENI_AGENT_CONFINED=1 tells the tests (Fixture/Confinement.cs).
set -euo pipefail
if [[ ${1:-} != --apart ]]; then
    exec unshare --mount --propagation private "$0" --apart "$@"
fi
shift
cd "$(dirname "$0")/.."
container=tests/EniAgent.Vm.Tests/Fixture/container.sh
agent=$(realpath "${ENI_AGENT:-artifacts/bin/eni-agent}")
system=$(build/consumers.sh)
work=$(mktemp -d)

children() { cat "/proc/$1/task/$1/children" 2>/dev/null || true; }
called() { [[ $(cat "/proc/$1/comm" 2>/dev/null) =~ ^($2)$ ]]; }

booting='' init=''
end() {
    # Everything in it dies with its first process, and that one with systemd-nspawn.
    if [[ -n $booting ]]; then
        for process in ${init:-$(children "$booting")}; do kill -KILL "$process" 2>/dev/null || true; done
        wait "$booting" || true
    fi
    umount /srv
    ! mountpoint --quiet "$work/root" || umount "$work/root"
    rm -rf "$work"
}
mkdir "$work/srv"
mount --bind "$work/srv" /srv
trap end EXIT
trap 'exit 143' TERM INT HUP

# What is mounted here later, by 'ip netns add', is to appear in the container as well.
mkdir -p /run/netns
mount -t tmpfs none /run/netns
mount --make-shared /run/netns

# The unit itself, to compare with, and as an addition to every unit called eni-agent-test-*: without when and how it is started, which the tests decide.
units=$work/upper/etc/systemd/system
mkdir -p "$units/eni-agent-test-.service.d" "$work/upper/usr/lib/tmpfiles.d"
cp systemd/eni-agent.service "$units/"
sed -E '/^(Type|NotifyAccess|Exec[A-Za-z]*|Restart[A-Za-z]*|StartLimit[A-Za-z]*|Timeout[A-Za-z]*|WatchdogSec)=/d' systemd/eni-agent.service >"$units/eni-agent-test-.service.d/eni-agent.conf"
cp systemd/eni-agent.tmpfiles "$work/upper/usr/lib/tmpfiles.d/eni-agent.conf"

APART=1 "$container" "$system" "$work" --bind=/srv --bind=/run/netns --bind-ro="$agent:/usr/sbin/eni-agent" >"$work/log" 2>&1 &
booting=$!

state=''
for _ in {1..600}; do
    for nspawn in $(children $booting); do
        called "$nspawn" systemd-nspawn || continue
        for process in $(children "$nspawn"); do ! called "$process" 'systemd|init' || init=$process; done
    done
    [[ -z $init ]] || state=$(nsenter --target "$init" --all systemctl is-system-running 2>/dev/null) || true
    [[ $state != running && $state != degraded ]] || break
    kill -0 $booting 2>/dev/null || break
    sleep 0.1
done
if [[ $state != running && $state != degraded ]]; then
    echo "the container has not booted" >&2
    cat "$work/log" >&2
    exit 1
fi

unset ENI_AGENT ENI_AGENT_TIMINGS
export ENI_AGENT_CONFINED=1 TMPDIR=/srv
status=0
nsenter --target "$init" --pid -- unshare --mount --propagation unchanged sh -c 'mount -t proc proc /proc && exec "$@"' sh "$@" || status=$?
exit "$status"
