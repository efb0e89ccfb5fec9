"""Restores text as it was typed, after it went through a terminal, a slide or a web page."""

from __future__ import annotations

import re

#: What word processors make of quotes and dashes.
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "‘": "'", "’": "'", "‚": "'"})
_DASH = re.compile(r"(?<![^\s=])(?:[–—―−]-?|-[–—―−])(?=[A-Za-z])")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_NOTHING = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
#: ``$ ``, ``% ``, ``(base) $ ``, ``bash-5.1$ ``, ``lxplus$ ``, ``[me@lxplus701 run]$ ``,
#: ``me@host:~/run> ``, ``In [3]: !``, at the start of a line.
_PROMPT = re.compile(
    r"""^[ \t]*(?:In\ \[\d+\]:[ ]?)?(?:\([\w.-]+\)[ ])?
    (?: [$%][ ]
      | \[[^\]\n]*@[^\]\n]*\][ ]?[$%\#>][ ]
      | [\w.-]+@[\w.-]+(?::[^\s$%\#>]*)?[ ]?[$%\#>][ ]
      | (?:-?bash|sh|zsh|lxplus|lx|host|user)[\w.-]*(?::[^\s$%\#>]*)?[ ]?[$%>\#][ ]
      | [\w.-]+[$%>][ ](?=(?:prun|pathena)\b)
      | >[ ](?=(?:prun|pathena)\b)
      | !(?=(?:prun|pathena)\b)
    )""",
    re.MULTILINE | re.VERBOSE,
)
_CONTINUED = re.compile(r"(\\\n)[ \t]*>[ ]")
_BLANK_AFTER_BACKSLASH = re.compile(r"(?<!\\)((?:\\\\)*)\\[ \t]+\n")
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[\w+-]*[ \t]*$", re.MULTILINE)


def restore_typed(text: str) -> str:
    """Return ``text`` with the line ends, quotes, dashes and blanks that a shell reads."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    text = _SPACES.sub(" ", _NOTHING.sub("", text))
    text = _FENCE.sub("", text)
    text = _BLANK_AFTER_BACKSLASH.sub(r"\1\\\n", text)
    text = _CONTINUED.sub(r"\1", _PROMPT.sub("", text))
    return _replace_quotes(text)


def _replace_quotes(text: str) -> str:
    """Make quotes of a word processor plain, except within quotes of a shell."""
    parts: list[str] = []
    position = 0
    for match in _SHELL_QUOTED.finditer(text):
        parts += [_replace_outside(text[position : match.start()]), match[0]]
        position = match.end()
    return "".join([*parts, _replace_outside(text[position:])])


#: A quoted text, an escape, or a comment, in whose apostrophes no quote begins.
_SHELL_QUOTED = re.compile(
    r"""'[^']*' | "(?:[^"\\]|\\.)*" | \\. | (?:(?<=\s)|\A)\#[^\n]*""", re.VERBOSE | re.DOTALL
)


def _replace_outside(text: str) -> str:
    return _DASH.sub("--", text).translate(_QUOTES)
