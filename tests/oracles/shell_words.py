"""The words of a command, as a POSIX shell splits them; nothing is expanded.

Not ``shlex.split``: that one keeps the backslash of ``"\\$"`` and of a backquote.
"""

from __future__ import annotations

import re

_PIECE = re.compile(r"""'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[ \t\n]+|[^ \t\n'"\\]+""", re.DOTALL)
_ESCAPED = re.compile(r'\\([$`"\\\n])')


def shell_words(command: str) -> list[str]:
    """The words of ``command``; operators are words if blanks are around them.

    :raises ValueError: if a quote is not closed.
    """
    words: list[str] = []
    inside, at = False, 0
    for piece in _PIECE.finditer(command):
        if piece.start() != at:
            break
        at = piece.end()
        text = piece[0]
        if text[0] in " \t\n":
            inside = False
            continue
        if not inside:
            words.append("")
        inside = True
        if text[0] == "'":
            text = text[1:-1]
        elif text[0] == '"':
            text = _ESCAPED.sub(lambda m: m[1].replace("\n", ""), text[1:-1])
        elif text[0] == "\\":
            text = text[1:].replace("\n", "")
        words[-1] += text
    if at != len(command):
        raise ValueError(f"never closed: {command[at:]}")
    return words
