#!/usr/bin/env bash
# Runs every fuzzer of the project in turn: each Fuzz function that stands in a test file,
# for FUZZTIME each. What one finds is written to testdata/fuzz of its package; it is kept
# there as a test once it is mended.
#
#   tools/fuzz.sh 30s          every fuzzer for half a minute
#   tools/fuzz.sh 30s Sheet    those whose name holds a word
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-30s} only=${2:-}
go=${GO:-go}
found=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
while IFS=: read -r file name; do
  case $name in *"$only"*) ;; *) continue ;; esac
  found=$((found + 1))
  echo "fuzz: $name in $(dirname "$file") for $time"
  if ! "$go" test "./$(dirname "$file")" -run '^$' -fuzz "^$name\$" -fuzztime "$time" -fuzzminimizetime 5s >"$log" 2>&1; then
    cat "$log"
    # Go's fuzzer sometimes calls it a failure that its time was up in the middle of an input (go.dev/issue/75804): nothing
    # was found then, and nothing is written down.
    grep -q 'context deadline exceeded' "$log" && ! grep -qE 'Failing input written|panic:' "$log" || exit 1
  fi
  tail -n 2 "$log"
done < <(grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | sed -e 's/func //' -e 's|^\./||' | sort)
test "$found" -gt 0 || { echo "fuzz: no fuzzer found" >&2; exit 1; }
echo "fuzz: $found fuzzers found nothing"
