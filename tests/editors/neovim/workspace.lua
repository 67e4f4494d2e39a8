-- The commands for the whole workspace: its connections in the quickfix window, and its safe fixes.
--
-- From the repository's root:
--   nvim --headless --clean --cmd 'set rtp^=editors/neovim' -l tests/editors/neovim/workspace.lua \
--     <path-to-halfopen-binary> <folder> <expected-file>
--
-- <folder> holds AlertFeed.tsx with its defect and Feed.vue with one. Only Feed.vue is opened, and its fix is no safe one.
-- On success one line of JSON tells what was seen, and the exit code is 0. Otherwise standard error tells why, and it is 1.

local editor = dofile(vim.fs.joinpath(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)), 'editor.lua'))
local fail = editor.fail

local binary, folder, expected_file = arg[1], arg[2], arg[3]

--- The quickfix list, once its window is there.
---@return string[]
local function listed()
  vim.cmd.LspHalfopenRealtime()
  editor.wait_for('the quickfix window', editor.ANSWER_MS, function()
    return vim.fn.getqflist({ winid = 0 }).winid ~= 0
  end)
  local lines = {}
  for _, item in ipairs(vim.fn.getqflist()) do
    local name = vim.fs.basename(vim.api.nvim_buf_get_name(item.bufnr))
    table.insert(lines, ('%s:%d:%d %s'):format(name, item.lnum, item.col, item.text))
  end
  vim.cmd.cclose()
  return lines
end

---@param found string[]
---@param expected string[]
local function compare(found, expected)
  if not vim.deep_equal(found, expected) then
    fail('listed is not as expected:\n' .. table.concat(found, '\n'))
  end
end

local function run()
  if not (binary and folder and expected_file) then
    fail('usage: workspace.lua <path-to-halfopen-binary> <folder> <expected-file>')
  end
  -- The workspace, whatever lies above it, and a repository of its own: the one around it ignores this folder.
  vim.fn.writefile({ '{}' }, vim.fs.joinpath(folder, 'halfopen.json'))
  vim.fn.mkdir(vim.fs.joinpath(folder, '.git'))
  vim.fn.writefile({ 'ref: refs/heads/main' }, vim.fs.joinpath(folder, '.git', 'HEAD'))
  editor.enable(binary)
  local client, buffer = editor.open_file(vim.fs.joinpath(folder, 'Feed.vue'))
  editor.wait_for('the finding', editor.FIRST_FINDING_MS, function()
    return #editor.findings(buffer, 'missing-cleanup') == 1
  end)

  local before = listed()
  compare(before, {
    'AlertFeed.tsx:11:20 AlertFeed: EventSource: never released, reconnects by itself, handles errors',
    'Feed.vue:8:18 Feed: EventSource: never released, reconnects by itself, errors go unheard',
  })

  vim.cmd.LspHalfopenFixWorkspace()
  local fixed
  editor.wait_for('the fixes', editor.ANSWER_MS, function()
    fixed = vim.fn.bufnr('AlertFeed.tsx')
    return fixed ~= -1 and vim.bo[fixed].modified
  end)
  if vim.bo[buffer].modified then
    fail('a suggestion was applied')
  end
  vim.cmd.wall()
  local saved = vim.fn.readfile(vim.fs.joinpath(folder, 'AlertFeed.tsx'))
  if not vim.deep_equal(saved, vim.fn.readfile(expected_file)) then
    fail('AlertFeed.tsx is not as expected:\n' .. table.concat(saved, '\n'))
  end
  compare(listed(), {
    'AlertFeed.tsx:11:20 AlertFeed: EventSource: released, reconnects by itself, handles errors',
    before[2],
  })
  editor.stop(client)
  return { neovim = tostring(vim.version()), listed = before }
end

editor.main(run)
