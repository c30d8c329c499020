#!/usr/bin/env bash
# Feeds parsers made-up input, on every core by a process of its own: threads of one would wait for each other's memory.
# fuzz.sh COUNT SEED [TARGET…]: COUNT inputs in all for each target. The seeds are SEED, SEED + 1 and so on, one a process; without SEED they are chosen, and said.
set -uo pipefail
cd "$(dirname "$0")/.."

count=${1:-1000000} seed=${2:-}
shift $(($# < 2 ? $# : 2))
dotnet publish tests/EniAgent.Fuzz.Tests -c Release -p:AheadOfTime=true -o artifacts/fuzzer -v quiet --nologo || exit 1

processes=()
cores=$(nproc)
for ((i = 0; i < cores; i++)); do
    env --default-signal=INT artifacts/fuzzer/EniAgent.Fuzz.Tests $(((count + cores - 1 - i) / cores)) "${seed:+$((seed + i))}" "$@" &
    processes+=($!)
done

# What has been run so far is told by each of them.
trap 'kill -INT "${processes[@]}"' INT TERM
status=0
for process in "${processes[@]}"; do
    # A signal ends the first wait early.
    wait "$process" || wait "$process" || status=1
done

exit $status
