#!/usr/bin/env bash
# Installs Debian's PostgreSQL, unless it is there already. Standard output is the folder of its programs and nothing else.
set -euo pipefail

programs() { find /usr/lib/postgresql -maxdepth 2 -name bin 2> /dev/null | sort -V | tail -n 1; }

if [[ -z "$(programs)" ]]; then
  if [[ "$(uname -s)" != Linux ]] || ! command -v apt-get > /dev/null; then
    echo 'what PostgreSQL takes is tested on Debian and its kin' >&2
    exit 3
  fi
  echo 'installing postgresql' >&2
  as_root=()
  ((EUID == 0)) || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >&2
fi
printf '%s\n' "$(programs)"
