#!/usr/bin/env bash
# Has this machine's own NetworkManager read the agent's ifcfg files, in a network namespace and over a copy of this machine's files: for RHEL 7 and 8 and their
# kin, whose NetworkManager has the plugin. Debian's has none, so that this is no part of the tests that run everywhere.
set -euo pipefail
cd "$(dirname "$0")/.."
if [[ $(id -u) -ne 0 ]]; then
    echo "needs root" >&2
    exit 1
fi
if ! compgen -G '/usr/lib64/NetworkManager/*/libnm-settings-plugin-ifcfg-rh.so' >/dev/null; then
    echo "this machine's NetworkManager has no ifcfg-rh plugin: nothing to try" >&2
    exit 1
fi

build/install.sh build network test
make --no-print-directory build
dotnet test tests/EniAgent.Integration.Tests -c Release --nologo --filter Needs=ifcfg-rh
