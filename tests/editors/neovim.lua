-- Does in Neovim what a person would do, and writes down what was seen.
-- ALW_FILE is the file to open, ALW_SEEN where to write.

local seen = {}

local function finish()
  vim.fn.writefile({ vim.fn.json_encode(seen) }, vim.env.ALW_SEEN)
  vim.cmd('qall!')
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
end

local function wait(what, condition)
  if not vim.wait(30000, condition, 20) then
    seen.failed = what
    finish()
    error(what)
  end
end

local function go_to(pattern)
  vim.fn.cursor(1, 1)
  vim.fn.search(pattern, 'c')
end

local function change(what, act)
  local before = text()
  act()
  wait(what, function() return text() ~= before end)
  return text()
end

local function diagnostics()
  return vim.tbl_map(function(found)
    return {
      line = found.lnum + 1,
      before = vim.fn.getline(found.lnum + 1):sub(1, found.col),
      message = found.message,
    }
  end, vim.diagnostic.get(0))
end

-- a choice is offered: take the first one
vim.ui.select = function(items, _, chosen)
  seen.offered = vim.tbl_map(function(item) return (item.action or item[2]).title end, items)
  chosen(items[1], 1)
end

vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.ALW_FILE))
seen.filetype = vim.bo.filetype
local clients = vim.lsp.get_clients or vim.lsp.buf_get_clients
wait('a client', function() return next(clients()) ~= nil end)
wait('diagnostics', function() return #vim.diagnostic.get(0) > 0 end)
seen.diagnostics = diagnostics()

go_to('n_job\\>')
seen.fixed = change('a quick fix', vim.lsp.buf.code_action)
wait('no diagnostics', function() return #vim.diagnostic.get(0) == 0 end)

go_to('m1:')
seen.renamed = change('a new name', function() vim.lsp.buf.rename('mass') end)

seen.formatted = change('a layout', function()
  if vim.lsp.buf.format then
    vim.lsp.buf.format({ timeout_ms = 30000 })
  else
    vim.lsp.buf.formatting_sync(nil, 30000) -- before 0.8
  end
end)

go_to('simulate.outputs')
vim.lsp.buf.definition()
wait('the definition', function() return vim.fn.getline('.'):match('task simulate') end)
seen.definition = vim.fn.line('.')
vim.cmd('write')

-- lenses are offered only where their command is known
local here = vim.api.nvim_get_current_buf()
local heard = {}
seen.lenses = {}
vim.notify = function(message) table.insert(heard, message) end
local asked = { textDocument = vim.lsp.util.make_text_document_params() }
local answers = vim.lsp.buf_request_sync(0, 'textDocument/codeLens', asked, 30000)
for _, answer in pairs(answers or {}) do
  for _, lens in ipairs(answer.result or {}) do
    table.insert(seen.lenses, lens.command.title)
  end
end
if #seen.lenses > 0 then
  vim.lsp.codelens.refresh()
  wait('lenses', function() return #vim.lsp.codelens.get(here) > 0 end)
  local function press(title)
    vim.api.nvim_set_current_buf(here)
    for _, lens in ipairs(vim.lsp.codelens.get(here)) do
      if lens.command.title == title then
        -- of two in a line a person is asked for one
        vim.ui.select = function(items, options, chosen)
          for number, item in ipairs(items) do
            if options.format_item(item):find(title, 1, true) then
              return chosen(item, number)
            end
          end
        end
        vim.fn.cursor(lens.range.start.line + 1, 1)
        vim.lsp.codelens.run()
        return
      end
    end
  end
  press('show compiled task map')
  wait('a map', function() return vim.bo.filetype == 'json' end)
  seen.map = text()
  vim.cmd('bwipeout')
  vim.fn.setline(1, vim.fn.getline(1) .. ' # changed')
  seen.ran = {}
  for _, title in ipairs({ 'Run', 'Simulate' }) do
    press(title)
    wait(title, function() return vim.fn.getftime(vim.env.ALW_RAN) ~= -1 end)
    seen.ran[title] = vim.fn.readfile(vim.env.ALW_RAN)[1]
    seen.first = vim.fn.readfile(vim.env.ALW_FILE)[1]
    vim.fn.delete(vim.env.ALW_RAN)
  end
end
seen.heard = table.concat(heard, '\n')
finish()
