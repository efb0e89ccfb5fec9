" Workflows for iDDS and PanDA.  The words are those of grammar/alw.lark.
if exists('b:current_syntax')
  finish
endif

syntax match alwNumber /\<\d[0-9_]*\(\.\d\+\)\?\([eE][+-]\?\d\+\)\?\>/
syntax match alwOperator /==\|!=\|<=\|>=\|[-+*\/%<>=]/
syntax match alwAttribute /\<\h\w*\ze\s*==\@!/
syntax keyword alwBlock workflow loop task learn nextgroup=alwName skipwhite
syntax keyword alwDeclaration input const param nextgroup=alwName skipwhite
syntax keyword alwStatement after replace with times result of
syntax keyword alwRepeat repeat while at most
syntax keyword alwLogical and or not
syntax keyword alwBoolean true false
syntax keyword alwBuiltin iteration
syntax match alwType /:\s*\zs\(int\|float\|bool\|string\|dataset\)\>/
syntax match alwName /\h\w*/ contained
syntax match alwField /\<\h\w*\ze\s*:/
syntax match alwMember /\.\h\w*/

syntax region alwString start=/"/ skip=/\\./ end=/"/ end=/$/ keepend oneline
      \ contains=alwEscape,alwShell,alwPlaceholder,alwInterpolation
syntax match alwPlaceholder /%\(IN\d*\>\|\(RNDM\|FIRSTEVENT\)[:=]\d*\|\(SKIPEVENTS\|MAXEVENTS\)\>\)/ contained
syntax region alwInterpolation matchgroup=alwBrace start=/{/ end=/}/ contained oneline
      \ contains=alwNumber,alwOperator,alwLogical,alwBoolean,alwBuiltin,alwMember
syntax match alwEscape /\\["\\nt]\|{{\|}}/ contained
syntax match alwShell /\$\({[^{}"\\]*}\|\h\w*\|\d\)/ contained

syntax match alwComment /#.*$/ contains=alwSilence,alwTodo
syntax match alwSilence /#\s*alw:\s*ignore\(-file\)\?\>/hs=s+1 contained
syntax keyword alwTodo TODO FIXME contained

highlight default link alwBlock Structure
highlight default link alwDeclaration StorageClass
highlight default link alwStatement Statement
highlight default link alwRepeat Repeat
highlight default link alwLogical Operator
highlight default link alwOperator Operator
highlight default link alwBoolean Boolean
highlight default link alwBuiltin Special
highlight default link alwType Type
highlight default link alwName Function
highlight default link alwField Identifier
highlight default link alwAttribute Identifier
highlight default link alwNumber Number
highlight default link alwString String
highlight default link alwEscape SpecialChar
highlight default link alwShell PreProc
highlight default link alwPlaceholder PreProc
highlight default link alwBrace Delimiter
highlight default link alwComment Comment
highlight default link alwSilence SpecialComment
highlight default link alwTodo Todo

let b:current_syntax = 'alw'
