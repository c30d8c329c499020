#!/usr/bin/env bash
# soak.sh: the daemon under changes for a while, of which MINUTES says how long; what it holds must stay as it is. The figures are in artifacts/soak then.
set -euo pipefail
cd "$(dirname "$0")/.."
if [[ $(id -u) -ne 0 ]]; then
    echo "the soak makes network namespaces and needs root: sudo make soak" >&2
    exit 1
fi
build/install.sh build network
make --no-print-directory build
dotnet build tests/EniAgent.Chaos -c Release -v quiet --nologo
exec dotnet artifacts/bin/EniAgent.Chaos/release/eni-chaos.dll artifacts/bin/eni-agent soak "${MINUTES:-10}" artifacts/soak
