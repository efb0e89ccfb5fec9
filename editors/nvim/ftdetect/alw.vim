autocmd BufNewFile,BufRead *.alw setfiletype alw
