---@brief
---
--- halfopen finds realtime bugs in TypeScript and JavaScript while they are typed.
---
--- Enable it with `vim.lsp.enable('halfopen')`. Change it with `vim.lsp.config('halfopen', { … })`.

-- Names in one inner list have equal priority, and the nearest directory wins. An earlier list wins over a later one.
local root_markers = {
  { 'halfopen.json', 'halfopen.jsonc' },
  { 'package.json', 'tsconfig.json', 'jsconfig.json' },
  { '.git' },
}

-- Inner lists came with Neovim 0.11.3. Before that, all markers have equal priority, and an inner list is an error.
if vim.fn.has('nvim-0.11.3') == 0 then
  root_markers = vim.iter(root_markers):flatten():totable()
end

---@type vim.lsp.Config
return {
  cmd = { 'halfopen', 'lsp' },
  filetypes = {
    'typescript',
    'typescriptreact',
    'javascript',
    'javascriptreact',
    'vue',
    'svelte',
    'astro',
    'html',
  },
  root_markers = root_markers,
  -- A file outside any project is checked too, by what it imports itself.
  workspace_required = false,
}
