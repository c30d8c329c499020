#!/usr/bin/env bash
# Measures the agent beside its peers, in one run on this machine.
set -euo pipefail
cd "$(dirname "$0")/.."
if [[ $(id -u) -ne 0 ]]; then
    echo "the benchmark makes network namespaces and needs root: sudo make bench" >&2
    exit 1
fi

build/install.sh build network
make --no-print-directory build
dotnet build bench/EniAgent.Bench -c Release -v quiet --nologo
exec dotnet artifacts/bin/EniAgent.Bench/release/eni-bench.dll artifacts/bin/eni-agent
