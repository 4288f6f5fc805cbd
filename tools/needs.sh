#!/usr/bin/env bash
# Brings what the tests need and a fresh Debian or Ubuntu machine lacks: a PostgreSQL server (its programs; the
# tests start servers of their own on free ports) and Chromium. Installs by the system's package manager, says
# what it does, and does nothing where both are present.
set -euo pipefail

have_postgresql() { command -v initdb >/dev/null 2>&1 || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
have_chromium() {
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && return 0
  done
  return 1
}

missing=()
have_postgresql || missing+=(postgresql)
if ! have_chromium; then
  # Debian packs the browser itself; Ubuntu's package of that name asks for its snap under the older name.
  if grep -qs '^ID=ubuntu' /etc/os-release; then missing+=(chromium-browser); else missing+=(chromium); fi
fi
[ "${#missing[@]}" -gt 0 ] || exit 0

echo "make test: the tests need ${missing[*]}; installing by apt-get." >&2
command -v apt-get >/dev/null 2>&1 || {
  echo "make test: no apt-get here. Install a PostgreSQL server (13 or later) and Chromium by hand, then run make test again." >&2
  exit 1
}
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "make test: not root and no sudo; run as root once: apt-get install ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
"${as_root[@]}" apt-get update -q >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >&2

have_postgresql || { echo "make test: PostgreSQL was installed but no initdb is found in PATH or /usr/lib/postgresql/*/bin." >&2; exit 1; }
have_chromium || { echo "make test: Chromium was installed but no chromium, chromium-browser or google-chrome is found in PATH." >&2; exit 1; }
