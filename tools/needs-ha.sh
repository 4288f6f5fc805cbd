#!/usr/bin/env bash
# Brings what `make test-ha` needs beside what the other tests need: Patroni and etcd. Their packages would start
# services; they are told not to, unless the machine already has a policy of its own. Says what it does, and does
# nothing where both are present.
set -euo pipefail

have() { command -v patroni >/dev/null 2>&1 && command -v etcd >/dev/null 2>&1 && /usr/bin/python3 -c 'import etcd, psycopg2' 2>/dev/null; }
have && exit 0

echo "make test-ha: the test needs patroni and etcd-server; installing by apt-get." >&2
command -v apt-get >/dev/null 2>&1 || {
  echo "make test-ha: no apt-get here. Install Patroni 3 or later (with its etcd client and psycopg2) and etcd 3.4 or later, then run it again." >&2
  exit 1
}
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "make test-ha: not root and no sudo; run as root once: apt-get install patroni etcd-server python3-etcd" >&2; exit 1; }
  as_root=(sudo)
fi
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod +x "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
"${as_root[@]}" apt-get update -q >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends patroni etcd-server python3-etcd >&2
have || { echo "make test-ha: the packages were installed, but patroni, etcd or their Python modules are not found." >&2; exit 1; }
