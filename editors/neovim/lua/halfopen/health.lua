local M = {}

local VERSION_TIMEOUT_MS = 5000

local function check_neovim()
  if vim.fn.has('nvim-0.11') == 0 then
    -- Older versions have these functions in another module, or under other names.
    local health, version = vim.health or require('health'), vim.version()
    local start, complain = health.start or health.report_start, health.error or health.report_error
    start('halfopen: Neovim')
    complain(
      ('Neovim %d.%d.%d has no vim.lsp.config'):format(version.major, version.minor, version.patch),
      { 'Install Neovim 0.11 or newer.' }
    )
    return false
  end
  vim.health.start('halfopen: Neovim')
  vim.health.ok('Neovim ' .. tostring(vim.version()))
  return true
end

--- The program that the configuration starts, or nil with the reason why there is none.
---@return string? program
---@return string? reason
---@return string? advice
local function configured_program()
  local config = vim.lsp.config.halfopen
  if not config or not config.cmd then
    return nil,
      'No configuration named "halfopen" was found',
      'Put the folder that holds lsp/halfopen.lua on the runtimepath.'
  end
  if type(config.cmd) ~= 'table' then
    return nil,
      'The configuration starts the server by a Lua function, so its program is not known',
      "Set cmd to a list to have it checked: { 'halfopen', 'lsp' }"
  end
  return config.cmd[1]
end

local function check_program()
  vim.health.start('halfopen: program')

  local program, reason, advice = configured_program()
  if not program then
    vim.health.warn(reason, advice)
    return
  end

  local path = vim.fn.exepath(program)
  if path == '' then
    vim.health.error(('`%s` is not executable'):format(program), {
      'Install halfopen and put it on PATH.',
      "Or name the program: vim.lsp.config('halfopen', { cmd = { '/path/to/halfopen', 'lsp' } })",
    })
    return
  end

  -- The configured program may be anything, also one that waits for input for ever: hence the time limit.
  local started, result = pcall(function()
    return vim.system({ path, '--version' }, { text = true }):wait(VERSION_TIMEOUT_MS)
  end)
  if not started then
    vim.health.error(('`%s --version` did not start: %s'):format(path, result))
  elseif result.code ~= 0 then
    local output = vim.trim(result.stderr or '')
    vim.health.error(('`%s --version` ended with code %d: %s'):format(path, result.code, output))
  else
    vim.health.ok(('%s (%s)'):format(vim.trim(result.stdout), path))
  end
end

local function check_enabled()
  vim.health.start('halfopen: configuration')

  local enabled
  if vim.lsp.is_enabled then
    enabled = vim.lsp.is_enabled('halfopen')
  else
    -- Neovim 0.11 before `vim.lsp.is_enabled` keeps the names in a private table only.
    enabled = vim.tbl_get(vim.lsp, '_enabled_configs', 'halfopen') ~= nil
  end

  if enabled then
    vim.health.ok('The configuration is enabled')
  else
    vim.health.warn('The configuration is not enabled', "Call vim.lsp.enable('halfopen').")
  end
end

---@param client vim.lsp.Client
local function describe(client)
  local buffers = {}
  for buffer in pairs(client.attached_buffers) do
    local name = vim.api.nvim_buf_get_name(buffer)
    buffers[#buffers + 1] = vim.fn.fnamemodify(name, ':~:.')
  end
  table.sort(buffers)

  return ('Client %d: version %s, root %s, %s, attached to %s'):format(
    client.id,
    vim.tbl_get(client, 'server_info', 'version') or 'unknown',
    client.root_dir and vim.fn.fnamemodify(client.root_dir, ':~') or 'none',
    client.offset_encoding,
    #buffers > 0 and table.concat(buffers, ', ') or 'no buffer'
  )
end

local function check_clients()
  vim.health.start('halfopen: clients')

  local clients = vim.lsp.get_clients({ name = 'halfopen' })
  if #clients == 0 then
    vim.health.info('No client is running: open a TypeScript or JavaScript file, then look again')
    return
  end
  for _, client in ipairs(clients) do
    vim.health.ok(describe(client))
  end
end

function M.check()
  if not check_neovim() then
    return
  end
  check_program()
  check_enabled()
  check_clients()
end

return M
