-- Drives the real Neovim through what explains halfopen to its user: the help file, the rules' pages, and the message in
-- a Neovim that is too old.
--
-- From the repository's root:
--   nvim --headless --clean --cmd 'set rtp^=editors/neovim' -l tests/editors/neovim/help.lua \
--     <path-to-halfopen-binary> <folder>
--
-- <folder> holds AlertFeed.tsx with its defect; a copy of the help file is written to it.
-- On success one line of JSON tells what was seen, and the exit code is 0. Otherwise standard error tells why, and it is 1.

local here = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
local editor = dofile(vim.fs.joinpath(here, 'editor.lua'))
local fail = editor.fail

local binary, folder = arg[1], arg[2]
local PLUGIN = vim.fs.joinpath(here, '../../../editors/neovim')
local RULE = 'missing-cleanup'
local WIDEST = 78

--- Makes the tags of a copy, as `:helptags` does for users. A tag that stands twice is an error of `:helptags`.
---@return string doc
---@return string[] tags
local function make_tags()
  local plugin = vim.fs.joinpath(folder, 'plugin')
  local doc = vim.fs.joinpath(plugin, 'doc')
  vim.fn.mkdir(doc, 'p')
  vim.fn.writefile(
    vim.fn.readfile(vim.fs.joinpath(PLUGIN, 'doc/halfopen.txt')),
    vim.fs.joinpath(doc, 'halfopen.txt')
  )
  vim.cmd.helptags(doc)
  vim.opt.runtimepath:prepend(plugin)

  local tags = vim.tbl_map(function(line)
    return line:match('^[^\t]+')
  end, vim.fn.readfile(vim.fs.joinpath(doc, 'tags')))
  return doc, tags
end

--- Opens the help at a tag, and fails where there is only a similar one.
---@param tag string
---@return string file
local function open_help(tag)
  local found, reason = pcall(vim.cmd.help, tag)
  local line = found and vim.api.nvim_get_current_line() or reason
  if not line:find('*' .. tag .. '*', 1, true) then
    fail((':help %s leads to "%s"'):format(tag, line))
  end
  return vim.uv.fs_realpath(vim.api.nvim_buf_get_name(0))
end

---@return string[] tags
local function check_help()
  local doc, tags = make_tags()
  local help = vim.uv.fs_realpath(vim.fs.joinpath(doc, 'halfopen.txt'))
  for _, tag in ipairs(tags) do
    if open_help(tag) ~= help then
      fail((':help %s leads to %s'):format(tag, vim.api.nvim_buf_get_name(0)))
    end
  end
  open_help('halfopen')
  if vim.bo.filetype ~= 'help' then
    fail('the help file has the type ' .. vim.bo.filetype)
  end

  for number, line in ipairs(vim.fn.readfile(help)) do
    if vim.fn.strdisplaywidth(line) > WIDEST then
      fail(('line %d of the help file is wider than %d'):format(number, WIDEST))
    end
    for link in line:gmatch('|(%S+)|') do
      open_help(link)
    end
  end
  vim.cmd.helpclose()
  return tags
end

---@param buffer integer
---@param tags string[]
local function check_commands(buffer, tags)
  local count = 0
  for name in pairs(vim.api.nvim_buf_get_commands(buffer, {})) do
    count = count + 1
    if not vim.list_contains(tags, ':' .. name) then
      fail(('the help file has no tag *:%s*'):format(name))
    end
  end
  if count == 0 then
    fail('the buffer has no commands')
  end
end

--- What the command line prints.
---@param ... string
---@return string[]
local function printed(...)
  local result = vim.system({ binary, ... }, { text = true }):wait(editor.ANSWER_MS)
  if result.code ~= 0 then
    fail(result.stderr)
  end
  return vim.split(vim.trim(result.stdout), '\n')
end

---@return integer[]
local function previews()
  return vim.tbl_filter(function(window)
    return vim.wo[window].previewwindow
  end, vim.api.nvim_list_wins())
end

--- Fails if the current window is not the only preview, or shows anything else than the rule's page.
---@param rule string
local function check_page(rule)
  if not vim.deep_equal(previews(), { vim.api.nvim_get_current_win() }) then
    fail('the page is not in the one preview window')
  end
  if not vim.deep_equal(vim.api.nvim_buf_get_lines(0, 0, -1, true), printed('explain', rule)) then
    fail('the window does not show the page of ' .. rule)
  end
  local kind = { vim.bo.filetype, vim.bo.buftype, vim.bo.modifiable, vim.bo.modified }
  if not vim.deep_equal(kind, { 'markdown', 'nofile', false, false }) then
    fail('the page is no scratch buffer of Markdown: ' .. vim.inspect(kind))
  end
end

---@param expected string
local function check_told(expected)
  local told = table.remove(editor.notifications)
  if told ~= expected then
    fail(('expected "%s", and Neovim told "%s"'):format(expected, told))
  end
end

---@param buffer integer
---@return integer rules
local function check_explain(buffer)
  editor.wait_for('the finding', editor.FIRST_FINDING_MS, function()
    return #editor.findings(buffer, RULE) == 1
  end)
  local window = vim.api.nvim_get_current_win()
  local finding = editor.findings(buffer, RULE)[1]

  -- On the finding, before it in its line, and by its name; the page is there already from the second time on.
  for _, column in ipairs({ finding.col, finding.end_col - 1, 0 }) do
    vim.api.nvim_set_current_win(window)
    vim.api.nvim_win_set_cursor(0, { finding.lnum + 1, column })
    vim.cmd.LspHalfopenExplain()
    check_page(RULE)
  end
  vim.api.nvim_set_current_win(window)
  vim.cmd.LspHalfopenExplain('stale-closure')
  check_page('stale-closure')
  vim.cmd.pclose()
  if #previews() > 0 or vim.api.nvim_get_current_win() ~= window then
    fail('the page is not closed')
  end

  vim.cmd.LspHalfopenExplain('no-such-rule')
  check_told('halfopen: unknown rule `no-such-rule`: `halfopen rules` lists them')
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  vim.cmd.LspHalfopenExplain()
  check_told('halfopen: no finding in this line; put the cursor on one, or name a rule')
  if #previews() > 0 then
    fail('a window was opened for nothing')
  end

  local names = vim.fn.getcompletion('LspHalfopenExplain ', 'cmdline')
  if #names ~= #printed('rules') - 1 then
    fail('not all rules are completed: ' .. table.concat(names, ', '))
  end
  local completed = vim.fn.getcompletion('LspHalfopenExplain missing-cl', 'cmdline')
  if not vim.deep_equal(completed, { RULE }) then
    fail('`missing-cl` is completed to ' .. vim.inspect(completed))
  end
  return #names
end

--- What a user of an older Neovim reads at startup.
---@return string
local function complaint_of_old_neovim()
  local has = vim.fn.has
  vim.fn.has = function(feature)
    return feature == 'nvim-0.11' and 0 or has(feature)
  end
  dofile(vim.fs.joinpath(PLUGIN, 'plugin/halfopen.lua'))
  vim.fn.has = has
  local told = table.remove(editor.notifications) or ''
  if not vim.startswith(told, 'halfopen needs Neovim 0.11 or newer') then
    fail('an older Neovim does not tell what it lacks: ' .. told)
  end
  return told
end

local function run()
  if not (binary and folder) then
    fail('usage: help.lua <path-to-halfopen-binary> <folder>')
  end
  local tags = check_help()
  editor.enable(binary)
  local client, buffer = editor.open_file(vim.fs.joinpath(folder, 'AlertFeed.tsx'))
  check_commands(buffer, tags)
  local rules = check_explain(buffer)
  editor.stop(client)
  return { neovim = tostring(vim.version()), tags = tags, rules = rules, old = complaint_of_old_neovim() }
end

editor.main(run)
