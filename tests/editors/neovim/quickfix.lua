-- Drives the real Neovim from an opened file to an applied quick fix, as a user would.
--
-- From the repository's root:
--   nvim --headless --clean --cmd 'set rtp^=editors/neovim' -l tests/editors/neovim/quickfix.lua \
--     <path-to-halfopen-binary> <file.tsx> <expected-file> [<rule>]
--
-- Without <rule>, the first finding of the file is fixed. The file on disk is not written.
-- On success one line of JSON tells what was seen, and the exit code is 0. Otherwise standard error tells why, and it is 1.

local editor = dofile(vim.fs.joinpath(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)), 'editor.lua'))
local fail, wait_for = editor.fail, editor.wait_for
local ANSWER_MS, POLL_MS = editor.ANSWER_MS, editor.POLL_MS

local binary, file, expected_file, rule = arg[1], arg[2], arg[3], arg[4]

---@param buffer integer
---@return vim.Diagnostic[]
local function findings(buffer)
  return editor.findings(buffer, rule)
end

---@param list vim.Diagnostic[]
---@param code any
local function count_of(list, code)
  return #vim.tbl_filter(function(diagnostic)
    return diagnostic.code == code
  end, list)
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

local function run()
  if not (binary and file and expected_file) then
    fail('usage: quickfix.lua <path-to-halfopen-binary> <file> <expected-file> [<rule>]')
  end

  editor.enable(binary)
  local client, buffer = editor.open_file(file)
  wait_for('a finding', editor.FIRST_FINDING_MS, function()
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
  editor.stop(client)
  return seen
end

editor.main(run)
