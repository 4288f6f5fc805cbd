#!/usr/bin/env bash
# Fails when a committed *_templ.go is not what its .templ says. It changes nothing: make generate does. The path of the
# .templ that a generated file names for its errors depends on the folder the generator ran in and is not compared.
set -euo pipefail
go=${1:-go}
cd "$(dirname "$0")/.."

generator=$(mktemp -d)
trap 'rm -rf "$generator"' EXIT
"$go" build -o "$generator/templ" github.com/a-h/templ/cmd/templ

plain() { sed -E 's/FileName: `[^`]*`/FileName: ``/'; }
bad=()
while IFS= read -r page; do
  made=${page%.templ}_templ.go
  if ! [ -f "$made" ] || ! cmp -s <("$generator/templ" generate -f "$page" -stdout -log-level error | plain) <(plain <"$made"); then
    bad+=("$made")
  fi
done < <(find . -name '*.templ' -not -path './.git/*' | sort)
while IFS= read -r made; do
  [ -f "${made%_templ.go}.templ" ] || bad+=("$made (its .templ is gone)")
done < <(find . -name '*_templ.go' -not -path './.git/*' | sort)
[ "${#bad[@]}" -eq 0 ] && exit 0
{
  echo "generated pages are not what their .templ says; run make generate and commit:"
  printf '  %s\n' "${bad[@]}"
} >&2
exit 1
