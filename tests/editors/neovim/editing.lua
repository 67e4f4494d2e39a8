-- Drives the real Neovim through what users do with a file: all fixes at once, typing, undoing, settings, a dead server.
--
-- From the repository's root:
--   nvim --headless --clean --cmd 'set rtp^=editors/neovim' -l tests/editors/neovim/editing.lua \
--     <path-to-halfopen-binary> <folder> <expected-file>
--
-- <folder> holds AlertFeed.tsx with its defect and Feed.vue with one; it is written to.
-- On success one line of JSON tells what was seen, and the exit code is 0. Otherwise standard error tells why, and it is 1.

local editor = dofile(vim.fs.joinpath(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)), 'editor.lua'))
local fail = editor.fail

local binary, folder, expected_file = arg[1], arg[2], arg[3]
local RULE = 'missing-cleanup'

---@param buffer integer
---@param count integer
---@param why string
local function wait_for_findings(buffer, count, why)
  local what = ('%d findings of %s %s'):format(count, RULE, why)
  editor.wait_for(what, editor.FIRST_FINDING_MS, function()
    return #editor.findings(buffer, RULE) == count
  end)
end

--- Types keys as a person does.
---@param keys string
local function type_keys(keys)
  vim.api.nvim_feedkeys(vim.keycode(keys), 'ntx', false)
end

--- The card on the first finding.
---@param client vim.lsp.Client
---@param buffer integer
---@return string
local function card(client, buffer)
  local finding = editor.findings(buffer, RULE)[1]
  vim.api.nvim_win_set_cursor(0, { finding.lnum + 1, finding.col })
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local answer, reason = client:request_sync('textDocument/hover', params, editor.ANSWER_MS, buffer)
  if not (answer and answer.result) then
    fail('no card: ' .. (reason or vim.inspect(answer)))
  end
  return answer.result.contents.value
end

---@param buffer integer
local function compare_saved(buffer)
  local file = vim.api.nvim_buf_get_name(buffer)
  if not vim.deep_equal(vim.fn.readfile(file), vim.fn.readfile(expected_file)) then
    fail(file .. ' is not as expected:\n' .. table.concat(vim.fn.readfile(file), '\n'))
  end
end

---@param buffer integer
local function fix_all_and_save(buffer)
  vim.cmd.LspHalfopenFixAll()
  wait_for_findings(buffer, 0, 'after all fixes')
  vim.cmd.write()
  compare_saved(buffer)
end

--- As the README says it.
---@param buffer integer
local function fix_on_save(buffer)
  local on_save =
    vim.api.nvim_create_autocmd('BufWritePre', { buffer = buffer, command = 'LspHalfopenFixAll' })
  vim.cmd.write()
  vim.api.nvim_del_autocmd(on_save)
  wait_for_findings(buffer, 0, 'after a save that fixes')
  compare_saved(buffer)
  vim.cmd('undo')
  wait_for_findings(buffer, 1, 'after the fixes were undone')
end

--- Takes the teardown out by keys, and back by undo.
---@param buffer integer
local function break_and_undo(buffer)
  type_keys('gg/return () =><CR>3dd')
  wait_for_findings(buffer, 1, 'after the teardown was deleted')
  type_keys('u')
  wait_for_findings(buffer, 0, 'after the undo')
  type_keys('<C-r>')
  wait_for_findings(buffer, 1, 'after the redo')
end

--- Neovim watches no files on Linux, so the save makes the server look.
---@param buffer integer
local function silence_by_settings(buffer)
  local settings = vim.fs.joinpath(folder, 'halfopen.json')
  vim.fn.writefile({ ('{ "rules": { "%s": "off" } }'):format(RULE) }, settings)
  vim.cmd.write()
  wait_for_findings(buffer, 0, 'with the rule off')
  vim.fn.delete(settings)
  vim.cmd.write()
  wait_for_findings(buffer, 1, 'with the rule on again')
end

---@param client vim.lsp.Client
---@param buffer integer
---@return integer exit_code
local function kill_and_come_back(client, buffer)
  client.rpc.terminate()
  local code = editor.exit_code_after('it was killed')
  wait_for_findings(buffer, 0, 'without a server')
  vim.lsp.enable('halfopen', false)
  vim.lsp.enable('halfopen')
  editor.client_of(buffer)
  wait_for_findings(buffer, 1, 'from the new server')
  return code
end

local function run()
  if not (binary and folder and expected_file) then
    fail('usage: editing.lua <path-to-halfopen-binary> <folder> <expected-file>')
  end
  editor.enable(binary)
  local client, buffer = editor.open_file(vim.fs.joinpath(folder, 'AlertFeed.tsx'))
  wait_for_findings(buffer, 1, 'in the opened file')
  local words = card(client, buffer)
  if not words:find('# ' .. RULE, 1, true) then
    fail('the card does not tell of the rule:\n' .. words)
  end
  fix_all_and_save(buffer)
  break_and_undo(buffer)
  fix_on_save(buffer)
  silence_by_settings(buffer)
  local killed_with = kill_and_come_back(client, buffer)

  local last, component = editor.open_file(vim.fs.joinpath(folder, 'Feed.vue'))
  wait_for_findings(component, 1, 'in a component of Vue')
  local line = editor.findings(component, RULE)[1].lnum + 1
  editor.stop(last)
  return { neovim = tostring(vim.version()), killed_with = killed_with, line_in_vue = line }
end

editor.main(run)
