#!/usr/bin/env bash
# The demo: the agent at work in a simulated VPC.
set -euo pipefail
cd "$(dirname "$0")/.."
if [[ $(id -u) -ne 0 ]]; then
    echo "the demo makes network namespaces and needs root: sudo make demo" >&2
    exit 1
fi

build/install.sh build network
make --no-print-directory build
dotnet build tests/EniAgent.Simulator -c Release -v quiet --nologo
exec dotnet artifacts/bin/EniAgent.Simulator/release/eni-simulator.dll demo --agent "$PWD/artifacts/bin/eni-agent"
