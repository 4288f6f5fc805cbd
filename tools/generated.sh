#!/usr/bin/env bash
# Fails when a committed *_templ.go is not what its .templ says. It generates in place, so after a failure the tree
# already holds the right files: look at the difference and commit it.
set -euo pipefail
go=${1:-go}
cd "$(dirname "$0")/.."

sums() { find . -name '*_templ.go' -not -path './.git/*' -print0 | sort -z | xargs -0 -r sha256sum; }
[ -n "$(find . -name '*.templ' -not -path './.git/*' -print -quit)" ] || exit 0
before=$(sums)
"$go" tool templ generate -lazy=false -log-level error
after=$(sums)
[ "$before" = "$after" ] && exit 0
echo "generated pages differ from their .templ; they were made anew, commit these:" >&2
diff <(echo "$before") <(echo "$after") | sed -n 's/^> [0-9a-f]*  //p' >&2 || true
exit 1
