"""A source as a row of pieces, comments and half-written strings among them.

The parser's tokens leave out what is no part of the program; an editor colours and folds that,
too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..syntax.lexer import KEYWORDS, tokenize
from ..text.source import Span

#: The kinds of pieces by those of tokens; what is not here is a mark.
_KINDS = {
    **dict.fromkeys(("NAME", *KEYWORDS.values()), "word"),
    **dict.fromkeys(("STRING", "UNCLOSED"), "string"),
    **dict.fromkeys(("INT", "FLOAT", "MALFORMED"), "number"),
    **dict.fromkeys(("EQUAL", "COMPARISON", "SIGN", "FACTOR"), "operator"),
    "COMMENT": "comment",
}
_NO_PIECES = ("SPACE", "STRANGE")
_IN_STRING = re.compile(
    r"(?P<plain>\{\{|\}\}|\$\{[^{}\"\\\n]*\}?)|(?P<escape>\\[^\n])|(?P<open>\{)|(?P<close>\})"
)


class Piece(NamedTuple):
    """A piece of a source.

    ``kind`` is ``comment``, ``string``, ``number``, ``word``, ``operator`` or ``mark``; of parts of
    strings ``text``, ``escape`` or ``hole``, which is what stands between braces.
    """

    kind: str
    text: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.start, self.end)

    @property
    def is_open(self) -> bool:
        """Whether it is a string without its closing quote."""
        return self.kind == "string" and not _closed(self.text)


def _closed(string: str) -> bool:
    if len(string) < 2 or not string.endswith('"'):
        return False
    body = string[1:-1]
    return (len(body) - len(body.rstrip("\\"))) % 2 == 0


def pieces(text: str, start: int = 0, end: int | None = None) -> Iterator[Piece]:
    """The pieces between two offsets, of which the first is in no string and no comment."""
    for kind, value, at in tokenize(text, start, end, skip=_NO_PIECES):
        yield Piece(_KINDS.get(kind, "mark"), value, at, at + len(value))


def parts(string: Piece) -> Iterator[Piece]:
    """What a string is made of: texts with the quotes, escapes, and holes without the braces."""
    text, offset = string.text, string.start
    done, hole = 0, -1
    stop = len(text) if string.is_open else len(text) - 1

    def piece(kind: str, start: int, end: int) -> Piece:
        return Piece(kind, text[start:end], offset + start, offset + end)

    for match in _IN_STRING.finditer(text, 1, stop):
        kind, at = match.lastgroup, match.start()
        if hole >= 0:
            if kind == "close" or match.group() == "}}":
                yield piece("hole", hole, at)
                done, hole = at, -1
        elif kind == "escape":
            yield piece("text", done, at)
            yield piece("escape", at, match.end())
            done = match.end()
        elif kind == "open":
            yield piece("text", done, at + 1)
            hole = at + 1
    if hole >= 0:
        yield piece("hole", hole, stop)
        done = stop
    yield piece("text", done, len(text))
