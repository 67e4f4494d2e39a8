-- Drives the real Neovim from an opened file to an applied quick fix, as a user would.
--
-- From the repository's root:
--   nvim --headless --clean --cmd 'set rtp^=editors/neovim' -l tests/editors/neovim/quickfix.lua \
--     <path-to-halfopen-binary> <file.tsx> <expected-file> [<rule>]
--
-- Without <rule>, the first finding of the file is fixed. The file on disk is not written.
-- On success one line of JSON tells what was seen, and the exit code is 0. Otherwise standard error tells why, and it is 1.

local FIRST_FINDING_MS = 30000
local ANSWER_MS = 10000
local POLL_MS = 10

local binary, file, expected_file, rule = arg[1], arg[2], arg[3], arg[4]

local notifications = {}
local exit_code

-- Neovim tells its user about refused fixes and failed servers here, and a failing test should tell it too.
---@diagnostic disable-next-line: duplicate-set-field
vim.notify = function(message)
  table.insert(notifications, message)
end

---@param reason string
---@return any never
local function fail(reason)
  if #notifications > 0 then
    reason = reason .. '\nNeovim said: ' .. table.concat(notifications, '\n')
  end
  error(reason, 0)
end

---@param what string
---@param timeout_ms integer
---@param condition fun(): boolean
local function wait_for(what, timeout_ms, condition)
  local fulfilled = false
  vim.wait(timeout_ms, function()
    fulfilled = condition()
    -- Of a server that is gone nothing more is to be expected.
    return fulfilled or exit_code ~= nil
  end, POLL_MS)

  if not fulfilled and exit_code ~= nil then
    fail(('the server ended with code %d before %s'):format(exit_code, what))
  elseif not fulfilled then
    fail(('waited %d ms in vain for %s'):format(timeout_ms, what))
  end
end

---@param buffer integer
---@return vim.Diagnostic[]
local function findings(buffer)
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

---@param list vim.Diagnostic[]
---@param code any
local function count_of(list, code)
  return #vim.tbl_filter(function(diagnostic)
    return diagnostic.code == code
  end, list)
end

---@return vim.lsp.Client client
---@return integer buffer
local function open_file()
  -- A script given by `-l` runs before the startup that would switch this on.
  vim.cmd.filetype('on')
  vim.o.swapfile = false

  vim.lsp.config('halfopen', {
    cmd = { binary, 'lsp' },
    on_exit = function(code)
      exit_code = code
    end,
  })
  vim.lsp.enable('halfopen')

  vim.cmd.edit(vim.fn.fnameescape(file))
  local buffer = vim.api.nvim_get_current_buf()

  local client
  wait_for(('a client for the file type "%s"'):format(vim.bo[buffer].filetype), ANSWER_MS, function()
    client = vim.lsp.get_clients({ name = 'halfopen', bufnr = buffer })[1]
    return client ~= nil
  end)
  return client, buffer
end

--- Types a line and takes it back. Neovim opens a document as version 0, and refuses stale edits only from version 1 on.
---@param buffer integer
---@return integer version
local function type_and_take_back(buffer)
  vim.api.nvim_buf_set_lines(buffer, -1, -1, true, { '// typed' })
  vim.api.nvim_buf_set_lines(buffer, -2, -1, true, {})
  return vim.lsp.util.buf_versions[buffer]
end

--- The quick fix that a user would take first, or nil if none is offered yet.
--- It is asked for beforehand, since `apply` wants a filter that leaves only one.
---@param client vim.lsp.Client
---@param buffer integer
---@param finding vim.Diagnostic
---@return lsp.CodeAction?
local function preferred_quick_fix(client, buffer, finding)
  local params = vim.lsp.util.make_range_params(0, client.offset_encoding)
  params.context = {
    diagnostics = { finding.user_data.lsp },
    only = { 'quickfix' },
    triggerKind = vim.lsp.protocol.CodeActionTriggerKind.Invoked,
  }
  local answer, reason =
    client:request_sync('textDocument/codeAction', params, ANSWER_MS, buffer)
  if not answer or answer.err then
    fail('no code actions: ' .. (reason or answer.err.message))
  end

  local first
  for _, action in ipairs(answer.result or {}) do
    if vim.startswith(action.kind or '', 'quickfix') and not action.disabled then
      if action.isPreferred then
        return action
      end
      first = first or action
    end
  end
  return first
end

---@param client vim.lsp.Client
---@param buffer integer
---@param finding vim.Diagnostic
---@return lsp.CodeAction
local function wait_for_quick_fix(client, buffer, finding)
  -- Each request waits by itself, and `vim.wait` must not be called inside the condition of another: hence a loop.
  local deadline = vim.uv.hrtime() + ANSWER_MS * 1e6
  while vim.uv.hrtime() < deadline do
    local quick_fix = preferred_quick_fix(client, buffer, finding)
    if quick_fix then
      return quick_fix
    end
    -- The text that was typed may still be under analysis, so one empty answer proves nothing.
    vim.wait(POLL_MS)
  end
  return fail(('waited %d ms in vain for a quick fix for %s'):format(ANSWER_MS, finding.code))
end

---@param buffer integer
---@param finding vim.Diagnostic
---@param chosen lsp.CodeAction
local function apply_quick_fix(buffer, finding, chosen)
  local text_before = vim.api.nvim_buf_get_lines(buffer, 0, -1, true)
  local count_before = count_of(findings(buffer), finding.code)

  vim.lsp.buf.code_action({
    apply = true,
    context = { only = { 'quickfix' } },
    filter = function(action)
      return action.title == chosen.title
    end,
  })

  wait_for('the quick fix to change the buffer', ANSWER_MS, function()
    return not vim.deep_equal(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), text_before)
  end)
  wait_for('the finding to be gone', ANSWER_MS, function()
    return count_of(findings(buffer), finding.code) < count_before
  end)
end

---@param buffer integer
local function compare_with_expected(buffer)
  local expected = vim.fn.readfile(expected_file)
  local actual = vim.api.nvim_buf_get_lines(buffer, 0, -1, true)
  if not vim.deep_equal(actual, expected) then
    local difference = vim.diff(table.concat(expected, '\n') .. '\n', table.concat(actual, '\n') .. '\n')
    fail('the fixed buffer is not as expected (- expected, + buffer):\n' .. tostring(difference))
  end
end

--- Runs `:checkhealth halfopen`, and fails on each error and on each warning.
---@return string[] passed
local function check_health()
  vim.cmd.checkhealth('halfopen')
  local lines = vim.api.nvim_buf_get_lines(0, 0, -1, true)

  local passed, complaints = {}, {}
  for _, line in ipairs(lines) do
    local remark = line:match('OK%s+(.+)$')
    if remark then
      table.insert(passed, remark)
    elseif line:find('ERROR', 1, true) or line:find('WARNING', 1, true) then
      table.insert(complaints, line)
    end
  end

  if #complaints > 0 then
    fail(':checkhealth halfopen complains:\n' .. table.concat(complaints, '\n'))
  end
  if #passed == 0 then
    fail(':checkhealth halfopen says nothing:\n' .. table.concat(lines, '\n'))
  end
  return passed
end

---@param client vim.lsp.Client
local function stop(client)
  client:stop()
  wait_for('the server to end after shutdown', ANSWER_MS, function()
    return exit_code ~= nil
  end)
  if exit_code ~= 0 then
    fail(('the server ended with code %d'):format(exit_code))
  end
end

local function run()
  if not (binary and file and expected_file) then
    fail('usage: quickfix.lua <path-to-halfopen-binary> <file> <expected-file> [<rule>]')
  end
  if vim.fn.executable(binary) == 0 then
    fail(binary .. ' is not executable')
  end

  local client, buffer = open_file()
  wait_for('a finding', FIRST_FINDING_MS, function()
    return #findings(buffer) > 0
  end)

  local finding = findings(buffer)[1]
  if type(finding.code) ~= 'string' or finding.code == '' then
    fail('the finding has no rule as its code: ' .. vim.inspect(finding.code))
  end

  vim.api.nvim_win_set_cursor(0, { finding.lnum + 1, finding.col })
  local version = type_and_take_back(buffer)
  local quick_fix = wait_for_quick_fix(client, buffer, finding)
  apply_quick_fix(buffer, finding, quick_fix)
  compare_with_expected(buffer)

  local seen = {
    neovim = tostring(vim.version()),
    server = vim.tbl_get(client, 'server_info', 'version'),
    root = client.root_dir,
    encoding = client.offset_encoding,
    code = finding.code,
    severity = vim.diagnostic.severity[finding.severity],
    message = finding.message,
    line = finding.lnum + 1,
    column = finding.col + 1,
    version = version,
    quick_fix = quick_fix.title,
    -- An action that comes without its edit was resolved when it was chosen.
    resolved_lazily = quick_fix.edit == nil,
    remaining = vim.tbl_map(function(diagnostic)
      return diagnostic.code
    end, findings(buffer)),
    health = check_health(),
  }
  stop(client)
  return seen
end

local succeeded, result = xpcall(run, function(reason)
  -- Reasons given by `fail` need no trace. Mistakes of this script do.
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
