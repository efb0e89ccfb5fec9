"""Any text as lexemes, of alw or of another language, and the bodies around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .. import borrowed
from ..lexer import BLOCKS, COMMENT, NAME, SPACE, STRING, compile_any

_PIECE = compile_any(
    {
        "SPACE": SPACE,
        "COMMENT": COMMENT,
        "TRIPLE": borrowed.TRIPLE,
        "STRING": STRING,
        "QUOTED": borrowed.QUOTED,
        "WORD": borrowed.WORD,
        "NUMBER": borrowed.NUMBER,
        "SIGN": borrowed.SIGN,
    }
)
_SIGN = re.compile("(?P<SIGN>.)")
#: A name in quotes.
QUOTED_NAME = re.compile(rf'"({NAME})"\Z')
#: Our types, and those that :mod:`alw.semantics.type_names` knows from other languages.
TYPES = frozenset(
    (
        *("int", "float", "string", "bool", "dataset"),
        *("str", "integer", "double", "number", "boolean", "text", "real"),
    )
)
_OPENING, _CLOSING = "([", ")]"


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A word, a string, a sign.

    :param first: true if it is the first one on its line.
    :param body: the keyword of the innermost body around it; empty at the top of a text.
    :param opened: the offset of the brace that opens that body, or -1.
    :param depth: how many brackets are open in the body.
    """

    kind: str
    text: str
    start: int
    end: int
    first: bool
    body: str
    opened: int
    depth: int


class Scan:
    """A text as lexemes, without comments and white space; the last one is the end.

    :param reads: true if a text is an expression.
    """

    def __init__(self, text: str, reads: Callable[[str], bool]) -> None:
        self.text = text
        self.reads = reads
        self.comments: list[Lexeme] = []
        self.pieces: list[Lexeme] = []
        first, keyword, depth = True, "", 0
        bodies: list[tuple[str, int, int]] = []
        for match in _matches(text):
            kind, value = match.lastgroup or "", match[0]
            if kind == "SPACE":
                first = first or "\n" in value
                continue
            if value in _CLOSING and depth:
                depth -= 1
            if value == "}" and bodies:
                depth = bodies.pop()[2]
            body, opened = bodies[-1][:2] if bodies else ("", -1)
            piece = Lexeme(kind, value, match.start(), match.end(), first, body, opened, depth)
            if kind == "COMMENT":
                self.comments.append(piece)
                continue
            self.pieces.append(piece)
            first = False
            if value in _OPENING:
                depth += 1
            elif value == "{":
                bodies.append((keyword or "?", piece.start, depth))
                keyword, depth = "", 0
            elif kind == "WORD" and (value in BLOCKS or value == "result") and body != "result":
                keyword = value
        end = len(text)
        self.pieces.append(Lexeme("END", "", end, end, True, "", -1, 0))

    def __getitem__(self, at: int) -> Lexeme:
        """Return piece ``at``; after the last one, the end."""
        return self.pieces[min(at, len(self.pieces) - 1)]

    def __len__(self) -> int:
        """Return the number of pieces, with the end."""
        return len(self.pieces)

    def kinds(self, at: int, *kinds: str) -> bool:
        """True if pieces of ``kinds``, or with these texts, are at ``at`` on one line."""
        return all(
            (self[at + n].kind == kind or self[at + n].text == kind)
            and not (n and self[at + n].first)
            for n, kind in enumerate(kinds)
        )

    def starts_item(self, at: int) -> bool:
        """True if an item of a body can start at ``at``: a line, or the inside of a body."""
        piece = self[at]
        if piece.depth or piece.kind == "END":
            return False
        return piece.first or at == 0 or self[at - 1].text in ("{", "}", ";")

    def line_end(self, at: int) -> int:
        """Return the number of the first piece of the line after the one of ``at``."""
        at += 1
        while not self[at].first:
            at += 1
        return at

    def comment_free(self, start: int, end: int) -> int:
        """Return ``end``, or where the first comment in ``[start, end)`` starts."""
        return next((c.start for c in self.comments if start <= c.start < end), end)


def _matches(text: str) -> Iterator[re.Match[str]]:
    """Yield the pieces of ``text``, in a time that grows with its length.

    Where a quote is not closed on its line, no later one like it is: it would be escaped.
    """
    at, hopeless = 0, {'"': 0, "'": 0}
    while at < len(text):
        char = text[at]
        pattern = _SIGN if at < hopeless.get(char, 0) else _PIECE
        match = pattern.match(text, at)
        assert match is not None
        if char in hopeless and match[0] == char and pattern is _PIECE:
            line = text.find("\n", at)
            hopeless[char] = line if line >= 0 else len(text)
        yield match
        at = match.end()
