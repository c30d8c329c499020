#!/usr/bin/env bash
# The newest section of CHANGELOG.md for a package's own changelog: a list in plain text, in lines of at most 72 characters.
set -euo pipefail
cd "$(dirname "$0")/.."
awk '/^## / { section++; next } section == 1 && NF { sub(/^ +/, ""); print }' CHANGELOG.md | tr -d '`' |
    awk '/^- / { if (item) print item; item = $0; next } { item = item " " $0 } END { print item }' |
    while read -r item; do
        fold -s -w 72 <<<"$item" | sed '2,$s/^/  /; s/ *$//'
    done
