#!/bin/sh
# Does a build guided by a profile pay? Takes a processor profile of submissions and pages, builds the bench with and
# without it, lets both submit in turn, and prints the processor time of a submission of each. Where it pays, copy the
# profile to cmd/ralop/default.pgo: go build finds it there, and compiles every package once more for it.
#
#   bench/pgo.sh [runs]      wants an idle machine; some ten minutes
set -eu
cd "$(dirname "$0")/.."
runs=${1:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -pgo=off -o "$work/plain" ./bench
"$work/plain" -only boards,submit -profile "$work" -runs 2 >"$work/table"
go tool pprof -proto "$work/boards.pprof" "$work/submit.pprof" >"$work/merged.pgo" 2>/dev/null
mkdir -p bin
cp "$work/merged.pgo" bin/ralop.pgo
echo "profile: bin/ralop.pgo, $(wc -c <bin/ralop.pgo) bytes"
began=$(date +%s)
go build -pgo="$work/merged.pgo" -o "$work/guided" ./bench
echo "building with it: $(($(date +%s) - began)) s"
for run in $(seq "$runs"); do
	for build in plain guided; do
		"$work/$build" -only submit -runs 1 >"$work/table" 2>/dev/null
		printf '%s run %s: ' "$build" "$run"
		grep 'processor time of one submission' "$work/table" | cut -d '|' -f 4
	done
done
