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

---@param complaint string
local function complain(complaint)
  vim.notify('halfopen: ' .. complaint, vim.log.levels.WARN)
end

--- Applies all safe fixes. It waits for them, so that a save that comes behind it holds them.
---@param client vim.lsp.Client
---@param buffer integer
local function fix_all(client, buffer)
  local function ask(method, params)
    local answer, reason = client:request_sync(method, params, ANSWER_MS, buffer)
    local failure = reason or answer and answer.err and answer.err.message
    if failure then
      complain(failure)
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

--- What another command of the server's program prints, or nil once its complaint was shown.
---@param client vim.lsp.Client
---@param ... string
---@return string?
local function ask_program(client, ...)
  if type(client.config.cmd) ~= 'table' then
    return complain('the server is started by a Lua function, so its program is not known')
  end
  -- All that stands before `lsp` names the program: there may be a launcher in front of it.
  local command = {}
  for _, word in ipairs(client.config.cmd) do
    if word == 'lsp' then
      break
    end
    table.insert(command, word)
  end
  vim.list_extend(command, { ... })

  local started, result = pcall(function()
    return vim.system(command, { text = true, env = client.config.cmd_env }):wait(ANSWER_MS)
  end)
  if started and result.code == 0 then
    return result.stdout
  end
  local said = vim.trim(started and result.stderr or result):gsub('^halfopen: ', '')
  complain(said ~= '' and said or ('`%s` ended with code %d'):format(table.concat(command, ' '), result.code))
end

---@param client vim.lsp.Client
---@return string[]
local function rules(client)
  local names = {}
  for name in (ask_program(client, 'rules') or ''):gmatch('\n(%S+)') do
    table.insert(names, name)
  end
  return names
end

--- The rule of the finding under the cursor, or else of one in its line.
---@param buffer integer
---@return string?
local function rule_at_cursor(buffer)
  local line, column = vim.fn.line('.') - 1, vim.fn.col('.') - 1
  local rule
  for _, finding in ipairs(vim.diagnostic.get(buffer, { lnum = line })) do
    if finding.source == 'halfopen' then
      local begun = finding.lnum < line or finding.col <= column
      local ended = finding.end_lnum == line and finding.end_col <= column
      rule = begun and not ended and finding.code or rule or finding.code
    end
  end
  return rule
end

--- Shows a rule's page in the preview window.
---@param client vim.lsp.Client
---@param rule string
---@param mods table
local function explain(client, rule, mods)
  local page = ask_program(client, 'explain', rule)
  if not page then
    return
  end
  mods.silent = true
  vim.cmd.pedit({ 'halfopen://' .. rule, mods = mods })
  vim.cmd.wincmd('P')
  vim.bo.buftype = 'nofile'
  vim.bo.bufhidden = 'wipe'
  vim.bo.swapfile = false
  vim.bo.modifiable = true
  vim.api.nvim_buf_set_lines(0, 0, -1, true, vim.split(vim.trim(page), '\n'))
  vim.bo.modifiable = false
  vim.bo.filetype = 'markdown'
end

--- Asks the server for something that may take long.
---@param client vim.lsp.Client
---@param method string
---@param show fun(answer: any)
local function ask_server(client, method, show)
  client:request(method, vim.empty_dict(), function(failure, answer)
    if failure then
      complain(failure.message)
    else
      show(answer)
    end
  end)
end

--- Lists the connections and subscriptions of the workspace in the quickfix window.
---@param client vim.lsp.Client
local function realtime(client)
  ask_server(client, 'halfopen/realtime', function(answers)
    local items = {}
    for _, answer in ipairs(answers) do
      for _, resource in ipairs(answer.resources) do
        local location = { uri = answer.uri, range = resource.range }
        local item = vim.lsp.util.locations_to_items({ location }, client.offset_encoding)[1]
        local owner = type(resource.owner) == 'string' and resource.owner or 'the module'
        local facts = vim.tbl_map(function(fact)
          return fact.text
        end, resource.facts)
        item.text = ('%s: %s: %s'):format(owner, resource.noun, table.concat(facts, ', '))
        table.insert(items, item)
      end
    end
    vim.fn.setqflist({}, ' ', { title = 'halfopen: connections and subscriptions', items = items })
    vim.cmd.copen()
  end)
end

--- Applies the safe fixes of all files; what changed is left unsaved.
---@param client vim.lsp.Client
local function fix_workspace(client)
  ask_server(client, 'halfopen/fixWorkspace', function(edit)
    vim.lsp.util.apply_workspace_edit(edit, client.offset_encoding)
    local count = #(edit.documentChanges or {})
    vim.notify(('halfopen: files that were changed: %d; `:wall` saves them'):format(count))
  end)
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
    -- Nothing is shown in migrations: they decide what code that subscribes to their tables is told.
    'sql',
  },
  root_markers = root_markers,
  on_attach = function(client, buffer)
    vim.api.nvim_buf_create_user_command(buffer, 'LspHalfopenFixAll', function()
      fix_all(client, buffer)
    end, { desc = 'Apply all safe fixes of halfopen to this buffer' })

    vim.api.nvim_buf_create_user_command(buffer, 'LspHalfopenFixWorkspace', function()
      fix_workspace(client)
    end, { desc = 'Apply all safe fixes of halfopen to all files of the workspace' })

    vim.api.nvim_buf_create_user_command(buffer, 'LspHalfopenRealtime', function()
      realtime(client)
    end, { desc = 'List the connections and subscriptions of the workspace' })

    vim.api.nvim_buf_create_user_command(buffer, 'LspHalfopenExplain', function(command)
      local rule = command.fargs[1] or rule_at_cursor(buffer)
      if rule then
        explain(client, rule, command.smods)
      else
        complain('no finding in this line; put the cursor on one, or name a rule')
      end
    end, {
      nargs = '?',
      complete = function(lead)
        return vim.tbl_filter(function(name)
          return vim.startswith(name, lead)
        end, rules(client))
      end,
      desc = 'Show the page of a rule of halfopen, without a name that of the finding under the cursor',
    })
  end,
  -- A file outside any project is checked too, by what it imports itself.
  workspace_required = false,
}
