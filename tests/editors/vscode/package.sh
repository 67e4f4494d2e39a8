#!/usr/bin/env bash
# Builds the extension for VS Code, packages it as target/editors/vscode/halfopen.vsix, and checks the package: what is
# in it, and what it does in a stand-in for the editor. It is left unpacked beside it. If a program is named, a second
# package, halfopen-bundled.vsix, is the one for this platform that brings it.
set -euo pipefail

program="$(realpath "${1:-/dev/null}")"
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)"
tests="$root/tests/editors/vscode"
folder="$root/target/editors/vscode"
package="$folder/halfopen.vsix"
cd "$root/editors/vscode"

# npm writes this file last, so an installation that was broken off is made afresh.
if [[ node_modules/.package-lock.json -nt package-lock.json ]]; then
  echo 'the packages are there'
else
  npm ci --ignore-scripts --no-audit --no-fund
fi

rm -rf out "$folder"
mkdir -p "$folder"
npm test
# This type-checks and bundles first. No input, so that a question of the packager is a failure.
npm run package -- --out "$package" < /dev/null

# The packager renames what the marketplace shows.
diff - <(python3 -m zipfile -l "$package" | tail -n +2 | cut -d ' ' -f 1 | LC_ALL=C sort) <<'FILES'
[Content_Types].xml
extension.vsixmanifest
extension/LICENSE.txt
extension/changelog.md
extension/images/icon.png
extension/out/extension.js
extension/out/third-party-licenses.txt
extension/package.json
extension/readme.md
extension/schema/halfopen.schema.json
FILES

python3 -m zipfile -e "$package" "$folder/unpacked"
# The language client keeps a timer behind each server that stopped, hence the forced exit.
node --test-force-exit "$tests/activation.cjs" "$folder/unpacked"

if [[ -f "$program" ]]; then
  trap 'rm -rf "$root/editors/vscode/server"' EXIT
  install -D -m 755 "$program" server/halfopen
  target="$(node -p 'process.platform + "-" + process.arch')"
  npm run package -- --target "$target" --out "$folder/halfopen-bundled.vsix" < /dev/null
fi
