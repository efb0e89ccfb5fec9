"""The lexemes of other languages, as people write them in a text of this one."""

from __future__ import annotations

#: A string in quotes that are not ours.
QUOTED = r"'(?:\\.|[^'\\\n])*'|`[^`\n]*`|[“”„][^“”„\"\n]*[“”\"]|[‘’][^‘’\n]*[‘’]"
#: What begins like a number, however it goes on.
NUMBER = r"[0-9](?:[eE][+-]?|[0-9A-Za-z_.])*|(?<![\w.)\]}])\.[0-9][0-9A-Za-z_.]*"
#: The letters before a string of Python.
PREFIX = r"[rRfFbBuU]{1,2}"
#: A string over several lines.
TRIPLE = (
    r'"""(?:(?!""").)*\n(?:(?!""").)*"""'
    r"|'''(?:(?!''').)*'''"
)
WORD = r"[^\W\d]\w*"
#: A sign of any language, longest first.
SIGN = r"===|!==|:=|=>|=<|<=|>=|==|!=|<>|&&|\|\||\*\*|//|/\*|\*/|<-|->|[\s\S]"
