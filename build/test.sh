#!/usr/bin/env bash
# Runs every test project and prints, last, a line "N passed, N failed, N skipped" over all of them. Exits non-zero on a failure or a skip.
# As root it runs everything; without root, those tests that need none, and it says so.
# TESTS=PATTERN limits it to suites whose name matches: those of the projects, and Confined, which is the integration tests with every agent run by systemd as its
# unit says (build/confined.sh).
set -uo pipefail
cd "$(dirname "$0")/.."

# Those are for machines with other programs than Debian's.
filter='Needs!=ifcfg-rh&Needs!=confinement'
echo "left out: what needs NetworkManager's ifcfg-rh plugin (on such a machine: sudo make test-ifcfg-rh)"
if [[ $(id -u) -eq 0 ]]; then
    build/install.sh build arm64 network package test || exit 1
else
    build/install.sh build test || exit 1
    filter+='&Needs!=root'
    echo "################################################################################"
    echo "#  NOT ROOT: everything that needs the real kernel is LEFT OUT. sudo make test  #"
    echo "################################################################################"
fi

make --no-print-directory build || exit 1
dotnet build EniAgent.sln -c Release -v quiet --nologo || exit 1

# The tests say here what they measured.
export ENI_AGENT_TIMINGS=$PWD/artifacts/timings.txt
rm -f "$ENI_AGENT_TIMINGS"

# Whatever the shell that starts this ignores: the tests send these.
signals=()
env --default-signal=INT true 2>/dev/null && signals=(env --default-signal=HUP,INT,QUIT)

passed=0 failed=0 skipped=0 broken=0
names=()
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# run NAME PROJECT FILTER [COMMAND]: runs a project's tests, by a command that takes what is to be run as its arguments.
settings=()
run() {
    local name=$1 assembly=artifacts/bin/$2/release/$2.dll filter=$3 started=$SECONDS ended=0 f p s
    shift 3
    [[ $name =~ ${TESTS:-.} ]] || return 0
    echo "== $name"
    # A test that hangs is ended and named; nothing holds up the run for ever.
    if ! timeout --kill-after=30 25m "${signals[@]}" "$@" dotnet test "$assembly" --logger "console;verbosity=minimal" --nologo --filter "$filter" \
        --blame-hang-timeout 8m --blame-hang-dump-type none --results-directory "$results" "${settings[@]}" 2>&1 | tee "$results/out"; then
        ended=1
        mapfile -t -O "${#names[@]}" names < <(sed -nE 's/^  Failed (.*) \[.*/\1/p' "$results/out")
    fi
    read -r f p s < <(sed -nE 's/^(Failed|Passed)! +- Failed: +([0-9]+), Passed: +([0-9]+), Skipped: +([0-9]+).*/\2 \3 \4/p' "$results/out" | tail -1)
    if [[ $ended -ne 0 && ${f:-0} -eq 0 ]]; then
        names+=("$name did not run to its end")
        broken=$((broken + 1))
    fi
    passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0})) skipped=$((skipped + ${s:-0}))
    echo "   ${p:-0} passed, ${f:-0} failed, ${s:-0} skipped in $((SECONDS - started)) s"
}

for project in tests/*.Tests; do
    run "$(basename "$project")" "$(basename "$project")" "$filter"
done
if [[ $(id -u) -eq 0 && Confined =~ ${TESTS:-.} ]]; then
    integration=EniAgent.Integration.Tests
    # Their time goes by waiting: side by side they take under five minutes.
    settings=(-- xUnit.MaxParallelThreads=3)
    run Confined $integration 'Needs!=ifcfg-rh&Confined!=no' build/confined.sh
    left=$(dotnet test "artifacts/bin/$integration/release/$integration.dll" --list-tests --nologo --filter 'Confined=no' | grep -c '^    ')
    echo "   left out of Confined: $left tests that no service can run (trait Confined=no, with the reason beside it)"
fi

failed=$((failed + broken))
[[ ! -f $ENI_AGENT_TIMINGS ]] || sort "$ENI_AGENT_TIMINGS" | sed 's/^/measured: /'
[[ ${#names[@]} -eq 0 ]] || printf 'failed: %s\n' "${names[@]}"
echo "$passed passed, $failed failed, $skipped skipped"
[[ $failed -eq 0 && $skipped -eq 0 && $passed -gt 0 ]]
