-- What the tests in the real Neovim share: opening a file, waiting, findings, and the end.

local M = {}

M.FIRST_FINDING_MS = 30000
M.ANSWER_MS = 10000
M.POLL_MS = 10

local notifications = {}
local exit_code

--- What Neovim told its user so far.
M.notifications = notifications

-- Neovim tells its user about refused fixes and failed servers here, and a failing test should tell it too.
---@diagnostic disable-next-line: duplicate-set-field
vim.notify = function(message)
  table.insert(notifications, message)
end

---@param reason string
---@return any never
function M.fail(reason)
  if #notifications > 0 then
    reason = reason .. '\nNeovim said: ' .. table.concat(notifications, '\n')
  end
  error(reason, 0)
end

---@param what string
---@param timeout_ms integer
---@param condition fun(): boolean
function M.wait_for(what, timeout_ms, condition)
  local fulfilled = false
  vim.wait(timeout_ms, function()
    fulfilled = condition()
    -- Of a server that is gone nothing more is to be expected.
    return fulfilled or exit_code ~= nil
  end, M.POLL_MS)

  if not fulfilled and exit_code ~= nil then
    M.fail(('the server ended with code %d before %s'):format(exit_code, what))
  elseif not fulfilled then
    M.fail(('waited %d ms in vain for %s'):format(timeout_ms, what))
  end
end

--- The findings in a buffer by their place, all of them or those of one rule.
---@param buffer integer
---@param rule? string
---@return vim.Diagnostic[]
function M.findings(buffer, rule)
  local found = vim.tbl_filter(function(diagnostic)
    return diagnostic.source == 'halfopen' and (rule == nil or diagnostic.code == rule)
  end, vim.diagnostic.get(buffer))
  table.sort(found, function(a, b)
    if a.lnum ~= b.lnum then
      return a.lnum < b.lnum
    end
    return a.col < b.col
  end)
  return found
end

--- Enables the configuration as users do, with a program of its own.
---@param binary string
function M.enable(binary)
  if vim.fn.executable(binary) == 0 then
    M.fail(binary .. ' is not executable')
  end
  -- A script given by `-l` runs before the startup that would switch this on.
  vim.cmd.filetype('on')
  vim.o.swapfile = false

  vim.lsp.config('halfopen', {
    cmd = { binary, 'lsp' },
    on_exit = function(code, signal)
      -- As shells count it.
      exit_code = signal == 0 and code or 128 + signal
    end,
  })
  vim.lsp.enable('halfopen')
end

---@param buffer integer
---@return vim.lsp.Client
function M.client_of(buffer)
  local client
  local what = ('a client for the file type "%s"'):format(vim.bo[buffer].filetype)
  M.wait_for(what, M.ANSWER_MS, function()
    client = vim.lsp.get_clients({ name = 'halfopen', bufnr = buffer })[1]
    return client ~= nil
  end)
  return client
end

---@param file string
---@return vim.lsp.Client client
---@return integer buffer
function M.open_file(file)
  vim.cmd.edit(vim.fn.fnameescape(file))
  local buffer = vim.api.nvim_get_current_buf()
  return M.client_of(buffer), buffer
end

--- Waits for the server's end and gives its exit code; the next one may start.
---@param what string
---@return integer
function M.exit_code_after(what)
  vim.wait(M.ANSWER_MS, function()
    return exit_code ~= nil
  end, M.POLL_MS)
  local code = exit_code
  exit_code = nil
  return code or M.fail(('waited %d ms in vain for the server to end after %s'):format(M.ANSWER_MS, what))
end

---@param client vim.lsp.Client
function M.stop(client)
  client:stop()
  local code = M.exit_code_after('shutdown')
  if code ~= 0 then
    M.fail(('the server ended with code %d'):format(code))
  end
end

--- Runs a test, prints as JSON what it has seen, and ends Neovim.
---@param run fun(): table
function M.main(run)
  local succeeded, result = xpcall(run, function(reason)
    -- Reasons given by `fail` need no trace. Mistakes of the script do.
    return type(reason) == 'string' and not reason:find('^%S+:%d+: ') and reason
      or debug.traceback(tostring(reason))
  end)

  if succeeded then
    io.stdout:write(vim.json.encode(result), '\n')
    vim.cmd('qall!')
  else
    io.stderr:write(result, '\n')
    vim.cmd('cquit 1')
  end
end

return M
