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
while IFS=: read -r file name; do
  case $name in *"$only"*) ;; *) continue ;; esac
  found=$((found + 1))
  echo "fuzz: $name in $(dirname "$file") for $time"
  "$go" test "./$(dirname "$file")" -run '^$' -fuzz "^$name\$" -fuzztime "$time" -fuzzminimizetime 5s
done < <(grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | sed -e 's/func //' -e 's|^\./||' | sort)
test "$found" -gt 0 || { echo "fuzz: no fuzzer found" >&2; exit 1; }
echo "fuzz: $found fuzzers found nothing"
