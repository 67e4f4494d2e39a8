-- All else here needs `vim.lsp.config`, and an older Neovim does not even read it. So it is told from here.
if vim.fn.has('nvim-0.11') == 0 then
  local version = vim.version()
  vim.notify(
    ('halfopen needs Neovim 0.11 or newer, and this is %d.%d.%d'):format(
      version.major,
      version.minor,
      version.patch
    ),
    vim.log.levels.ERROR
  )
end
