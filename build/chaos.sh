#!/usr/bin/env bash
# chaos.sh: seeded random walks over everything that may happen to the agent. SEEDS=FIRST-LAST and STEPS (of each walk) say how far; REPLAY="DEED …" walks these.
set -euo pipefail
cd "$(dirname "$0")/.."
if [[ $(id -u) -ne 0 ]]; then
    echo "the walks are in network namespaces, which needs root: sudo make chaos" >&2
    exit 1
fi
build/install.sh build network
make --no-print-directory build
dotnet build tests/EniAgent.Chaos -c Release -v quiet --nologo
seeds=${SEEDS:-1-4} agent=artifacts/bin/eni-agent
if [[ -n ${REPLAY:-} ]]; then
    exec dotnet artifacts/bin/EniAgent.Chaos/release/eni-chaos.dll "$agent" replay "$REPLAY"
fi
exec dotnet artifacts/bin/EniAgent.Chaos/release/eni-chaos.dll "$agent" "${seeds%-*}" "${seeds#*-}" "${STEPS:-250}"
