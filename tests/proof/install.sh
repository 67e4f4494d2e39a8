#!/usr/bin/env bash
# Installs what the proof needs, unless it is there already: Debian's Chromium, and below target/proof-packages what
# builds the example applications. Standard output is the folder of the packages and nothing else.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
folder="$(cd "$here/../.." && pwd)/target/proof-packages"

if [[ ! -x /usr/bin/chromium ]]; then
  if [[ "$(uname -s)" != Linux ]] || ! command -v apt-get > /dev/null; then
    echo 'the proof in a real browser runs on Debian and its kin' >&2
    exit 3
  fi
  echo 'installing chromium' >&2
  as_root=()
  ((EUID == 0)) || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >&2
fi

# npm writes this file last, so an installation that was broken off is made afresh.
if [[ ! "$folder/node_modules/.package-lock.json" -nt "$here/package-lock.json" ]]; then
  mkdir -p "$folder"
  cp "$here/package.json" "$here/package-lock.json" "$folder"
  npm ci --ignore-scripts --no-audit --no-fund --prefix "$folder" >&2
fi
printf '%s\n' "$folder/node_modules"
