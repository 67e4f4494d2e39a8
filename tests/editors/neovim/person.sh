#!/usr/bin/env bash
# Uses the real Neovim as a person does: a terminal (tmux), the configuration that the README names, keys typed, the
# screen read. What was on the screen stays in target/editors/neovim-person/screen.txt.
#
#   bash tests/editors/neovim/person.sh <nvim> <halfopen>
#
# The exit code is 3 where there is no tmux and no apt-get to install it by.
set -euo pipefail

(($# == 2)) || { echo 'usage: person.sh <nvim> <halfopen>' >&2; exit 2; }
nvim="$(realpath "$1")"
halfopen="$(realpath "$2")"
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)"
folder="$root/target/editors/neovim-person"
screens="$folder/screen.txt"
deadline_s=30

if ! command -v tmux > /dev/null; then
  command -v apt-get > /dev/null || { echo 'there is no tmux, and no apt-get to install it by' >&2; exit 3; }
  echo 'installing tmux' >&2
  as_root=()
  ((EUID == 0)) || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq tmux >&2
fi

# A server of its own, so that no other one is touched. Its socket stands in a short path, since long ones are refused.
TMUX_TMPDIR="$(mktemp -d)"
export TMUX_TMPDIR
in_tmux() { tmux -u -L person -f /dev/null "$@"; }
trap 'in_tmux kill-server 2> /dev/null || true; rm -rf "$TMUX_TMPDIR"' EXIT

screen() { in_tmux capture-pane -p -t person; }

press() { in_tmux send-keys -t person "$@"; }

# Waits until the screen shows a text, or no longer shows it, and keeps what it shows then.
shows() { [[ "$(screen)" == *"$1"* ]]; }
hides() { ! shows "$1"; }
see() {
  local how="$1" text="$2" end=$((SECONDS + deadline_s))
  until "$how" "$text"; do
    if ((SECONDS >= end)); then
      echo "waited $deadline_s s in vain until the screen $how: $text" >&2
      screen >&2
      exit 1
    fi
  done
  { printf '== the screen %s: %s\n' "$how" "$text"; screen; } >> "$screens"
}

rm -rf "$folder"
mkdir -p "$folder/home/.config/nvim" "$folder/bin"
ln -s "$halfopen" "$folder/bin/halfopen"
cp "$root/tests/apps/dashboard/src/components/AlertFeed.tsx" "$folder"
cat > "$folder/home/.config/nvim/init.lua" << LUA
vim.opt.runtimepath:prepend('$root/editors/neovim')
vim.lsp.enable('halfopen')
vim.diagnostic.config({ virtual_text = true })
LUA

in_tmux new-session -d -s person -x 160 -y 50 -c "$folder" env --ignore-environment \
  HOME="$folder/home" PATH="$folder/bin:$PATH" TERM=screen-256color LANG=C.UTF-8 "$nvim" AlertFeed.tsx

see shows '`source` stays open after `AlertFeed` unmounts'
press ']d'
see shows '11,'

press ':LspHalfopenExplain' Enter
see shows '# missing-cleanup'
press ':pclose' Enter
see hides '# missing-cleanup'

press 'gra'
see shows 'Type number and <Enter>'
press '1' Enter
see shows 'source.close();'
see hides 'stays open'
press ':w' Enter
see shows 'written'

diff "$root/tests/editors/neovim/expected/AlertFeed.tsx" "$folder/AlertFeed.tsx" || {
  echo 'the saved file is not as expected (< expected, > saved)' >&2
  exit 1
}
press ':q' Enter
end=$((SECONDS + deadline_s))
while in_tmux has-session -t person 2> /dev/null; do
  ((SECONDS < end)) || { echo "Neovim did not end within $deadline_s s" >&2; screen >&2; exit 1; }
done
echo "a person found, read, fixed and saved; the screens are in $screens"
