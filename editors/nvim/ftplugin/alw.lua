-- Options of a buffer with a workflow, and its server.  For Neovim 0.7 and later.
--
-- vim.g.alw_command is what is started, {'alw', 'lsp'} if it is not set; false starts nothing.

if vim.b.did_ftplugin then
  return
end
vim.b.did_ftplugin = 1

vim.bo.commentstring = '# %s'
vim.bo.comments = ':#'
vim.bo.expandtab = true
vim.bo.shiftwidth = 2
vim.bo.softtabstop = 2
vim.bo.suffixesadd = '.alw'

local command = vim.g.alw_command
if command == nil then
  command = { 'alw', 'lsp' }
end
if not command then
  return
end
if vim.fn.executable(command[1]) == 0 then
  vim.notify_once("alw: no program '" .. command[1] .. "'; pip install 'alw[lsp]', or set vim.g.alw_command")
  return
end

local file = vim.api.nvim_buf_get_name(0)
local folder = file == '' and vim.fn.getcwd() or vim.fn.fnamemodify(file, ':p:h')
local git = vim.fn.finddir('.git', vim.fn.escape(folder, ' ,;') .. ';')
local root = git == '' and folder or vim.fn.fnamemodify(git, ':p:h:h')

-- The command of the lens above a task: what the task compiles to, in a window of its own.
local function show_task_map(lens, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  local asked = { command = 'alw.taskMap', arguments = lens.arguments }
  client.request('workspace/executeCommand', asked, function(problem, map)
    if problem then
      vim.notify('alw: ' .. problem.message)
      return
    end
    vim.cmd('new')
    vim.bo.buftype, vim.bo.bufhidden, vim.bo.swapfile = 'nofile', 'wipe', false
    vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(map, '\n', { trimempty = true }))
    vim.bo.modifiable, vim.bo.filetype = false, 'json'
  end, context.bufnr)
end

-- The commands of the lenses above a workflow: alw runs or simulates it, in a terminal below.  A run
-- goes on with the one before, as far as nothing has changed.
local function runs(...)
  local action = { ... }
  return function(lens, context)
    local words = {}
    for _, word in ipairs(command) do
      if word == 'lsp' then
        break
      end
      table.insert(words, word)
    end
    vim.api.nvim_buf_call(context.bufnr, function() vim.cmd('silent update') end)
    local path = vim.api.nvim_buf_get_name(context.bufnr)
    vim.list_extend(words, action)
    table.insert(words, path)
    local _, workflow, inputs = unpack(lens.arguments)
    if type(workflow) == 'string' then
      vim.list_extend(words, { '--workflow', workflow })
    end
    for name, value in pairs(inputs) do
      vim.list_extend(words, { '--set', name .. '=' .. value })
    end
    vim.cmd('botright new')
    -- a list: no shell reads it
    vim.fn.termopen(words, { cwd = vim.fn.fnamemodify(path, ':h') })
  end
end

local capabilities = vim.lsp.protocol.make_client_capabilities()
local commands = {
  ['alw.showTaskMap'] = show_task_map,
  ['alw.runWorkflow'] = runs('run', '--resume'),
  ['alw.simulateWorkflow'] = runs('simulate'),
}
-- The server offers lenses only to a client that knows their command.
capabilities.experimental = { commands = { commands = vim.tbl_keys(commands) } }
local config = {
  name = 'alw',
  cmd = command,
  root_dir = root,
  capabilities = capabilities,
  commands = commands,
}

if vim.lsp.start then -- 0.8: one server for a folder
  vim.lsp.start(config)
else
  _G.alw_servers = _G.alw_servers or {}
  local id = _G.alw_servers[root]
  if not id or not vim.lsp.get_client_by_id(id) or vim.lsp.get_client_by_id(id).is_stopped() then
    id = vim.lsp.start_client(config)
    _G.alw_servers[root] = id
  end
  if id then
    vim.lsp.buf_attach_client(0, id)
  end
end
