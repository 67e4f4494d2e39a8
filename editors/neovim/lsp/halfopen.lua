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

local ANSWER_MS = 3000

--- Applies all safe fixes. It waits for them, so that a save that comes behind it holds them.
---@param client vim.lsp.Client
---@param buffer integer
local function fix_all(client, buffer)
  local function ask(method, params)
    local answer, reason = client:request_sync(method, params, ANSWER_MS, buffer)
    local failure = reason or answer and answer.err and answer.err.message
    if failure then
      vim.notify('halfopen: ' .. failure, vim.log.levels.WARN)
    end
    return answer and answer.result
  end

  local params = vim.lsp.util.make_range_params(0, client.offset_encoding)
  params.context = { only = { 'source.fixAll.halfopen' }, diagnostics = {} }
  local action = (ask('textDocument/codeAction', params) or {})[1]
  local resolved = action and ask('codeAction/resolve', action)
  if resolved then
    vim.lsp.util.apply_workspace_edit(resolved.edit, client.offset_encoding)
  end
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
  on_attach = function(client, buffer)
    vim.api.nvim_buf_create_user_command(buffer, 'LspHalfopenFixAll', function()
      fix_all(client, buffer)
    end, { desc = 'Apply all safe fixes of halfopen to this buffer' })
  end,
  -- A file outside any project is checked too, by what it imports itself.
  workspace_required = false,
}
