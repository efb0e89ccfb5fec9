"""A text in pieces, with the comments and line ends between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..syntax.lexer import tokenize

OPENING = frozenset("{[(")
CLOSING = frozenset("}])")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, without white space at its end."""

    text: str
    is_trailing: bool
    """True if it is on the line of the piece before it."""
    blank: bool
    """True if a blank line is before it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The comments and line ends before a piece."""

    comments: tuple[Comment, ...] = ()
    newline: bool = False
    """True if the piece before is on another line."""
    blank: bool = False
    """True if a blank line is before the piece, after the comments."""


_NO_GAP = Gap()


class Piece(NamedTuple):
    """A token that is no comma; the last piece is the end of the text, without text.

    The formatter places commas and opening braces, so a comma is no piece, and comments before an
    opening brace are taken to be after it.
    """

    text: str
    kind: str
    """The kind of the token, or ``END``."""
    start: int
    """Its offset in the text."""
    line: int
    """The number of its line; for an opening brace that of the piece before."""
    before: Gap
    comma: bool
    """True if a comma is between it and the piece before."""
    starts_line: bool = False
    """True if it has to be the first on its line."""
    is_glued: bool = False
    """True if it has to stay on the line of the piece before."""


def split_pieces(text: str) -> list[Piece]:
    """Return the pieces of ``text``, which has no errors of syntax."""
    found: list[Piece] = []
    comments: list[Comment] = []
    line, newline, blank, comma = 1, True, False, False

    for kind, word, start in tokenize(text):
        if kind == "SPACE":
            ends = word.count("\n")
            line, newline, blank = line + ends, newline or ends > 0, blank or ends > 1
        elif kind == "COMMENT":
            comments.append(Comment(word.rstrip(" \t\r\f"), not newline, blank))
            blank = False
        elif kind == "COMMA":
            comma = True
        elif kind == "LBRACE":
            found.append(Piece(word, kind, start, found[-1].line, _NO_GAP, False))
        else:
            gap = Gap(tuple(comments), newline, blank) if comments or newline else _NO_GAP
            found.append(Piece(word, kind, start, line, gap, comma))
            comments.clear()
            newline = blank = comma = False
    gap = Gap(tuple(comments), newline, blank)
    found.append(Piece("", "END", len(text), line, gap, comma))
    return found


def match_brackets(pieces: Sequence[Piece]) -> list[int]:
    """Return for every bracket the index of the other one of its pair, else -1."""
    found = [-1] * len(pieces)
    opened: list[int] = []
    for at, piece in enumerate(pieces):
        if piece.text in OPENING:
            opened.append(at)
        elif piece.text in CLOSING:
            found[at] = opened.pop()
            found[found[at]] = at
    return found
