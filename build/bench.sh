#!/usr/bin/env bash
# bench.sh [--full] [FIGURE...]: measures the agent beside its peers on this machine, and writes the figures into docs/performance.
set -euo pipefail
cd "$(dirname "$0")/.."
if [[ $(id -u) -ne 0 ]]; then
    echo "the benchmark makes network namespaces and needs root: sudo make bench" >&2
    exit 1
fi

build/install.sh build network bench
make --no-print-directory build
dotnet build bench/EniAgent.Bench -c Release -v quiet --nologo

full=
[[ " $* " == *" --full "* && $# -eq 1 ]] && full=yes
google=artifacts/bench/google-guest-agent
[[ $full || " $* " == *" idle-minute "* ]] && build/google-guest-agent.sh "$google"
[[ $full ]] && dotnet build bench/EniAgent.MicroBench -c Release -v quiet --nologo

# A program's pages count as its own private memory until they are on the disk.
sync artifacts/bin/eni-agent

TMPDIR=$(mktemp -d)
export TMPDIR
niceness=
finish() {
    rm -rf "$TMPDIR"
    [[ -z $niceness ]] || echo "$niceness" >/proc/self/autogroup
}
trap finish EXIT

# Whatever else the machine does is to be felt as little as can be, by whoever is measured. Where sessions share the processors, nice is for among themselves.
if [[ -w /proc/self/autogroup ]]; then
    niceness=$(awk '{print $NF}' /proc/self/autogroup)
    echo -20 >/proc/self/autogroup
fi
[[ $full ]] && nice -n -20 dotnet artifacts/bin/EniAgent.MicroBench/release/EniAgent.MicroBench.dll docs/performance.md
nice -n -20 dotnet artifacts/bin/EniAgent.Bench/release/eni-bench.dll artifacts/bin/eni-agent docs/performance.md "$google" "$@"
