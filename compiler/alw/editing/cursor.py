"""The context of a cursor, told from the text before it.

The text need not be right: while somebody writes, it never is.  So this looks at pieces of the
text, not at the syntax tree.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..syntax.lexer import (
    COMMENT,
    IGNORED,
    NUMBERS,
    OPERATORS,
    STRING,
    STRINGS,
    UNCLOSED,
    WORDS,
    Token,
    tokenize,
)
from ..syntax.strings import split_string
from ..text.source import Span

#: The keywords that begin an item of a body.
ITEMS = frozenset(
    (
        *("workflow", "loop", "task", "learn", "input", "const", "param"),
        *("after", "replace", "result", "repeat"),
    )
)
_STRUCTURE = re.compile(f"{STRING}|{UNCLOSED}|{COMMENT}|[{{}}]")
_HEAD = re.compile(
    r'\b(workflow|loop|task|learn)\b[^\n{}"]*?([A-Za-z0-9_-]*)\s*\Z'
    r'|\b(result)\b\s*(?:"[^"\n]*"\s*)*\Z'
)
#: How far before a brace the head of its body may begin.
_FARTHEST = 400
#: What the bodies stand in; a body that cannot stand in the one around it shows that the brace
#: which should have closed that one is missing.
_AROUND: Mapping[str, tuple[str, ...]] = {
    "workflow": (),
    "loop": ("workflow",),
    "task": ("loop", "workflow"),
    "learn": ("loop", "workflow"),
    "result": ("learn", "task"),
}
#: Words behind which a value, or a word that belongs to them, has to stand.
_OPEN_WORDS = frozenset(("and", "or", "not", "while", "most", "after", "with", "of", "at"))
#: An operator, and the end of the hole that it stands in.
_OPERATOR = re.compile(r"\s*(?:[-+*/%<>=!]|and\b|or\b)[^{}\"\n]*\}")
_WORD_REST = re.compile(r"[A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Open:
    """A body that is open at the cursor; without a keyword, braces that belong to none."""

    keyword: str
    name: str
    start: int


@dataclass(frozen=True, slots=True)
class Context:
    """The text before a cursor.

    :param blocks: the bodies around it, the innermost last.
    :param item: the pieces of the item that is being written, without the word at the cursor;
        empty between items.
    :param word: the word at the cursor: what a completion replaces.
    :param string: the string in which the cursor stands, up to there.
    :param hole: the pieces before it between the braces of a string, if it stands there.
    :param joined: whether an operator follows in the hole: a value there is an operand.
    :param silent: whether it stands in a comment or in a number.
    :param fresh: whether it stands on a later line than what is before it.
    """

    blocks: tuple[Open, ...]
    item: tuple[Token, ...]
    word: Span
    string: Token | None
    hole: tuple[Token, ...] | None
    joined: bool
    silent: bool
    fresh: bool

    @property
    def body(self) -> str:
        """The keyword of the innermost body, ``file`` outside of all."""
        return self.blocks[-1].keyword if self.blocks else "file"

    def around(self, keyword: str) -> Open | None:
        """Return the innermost body of this kind."""
        return next((b for b in reversed(self.blocks) if b.keyword == keyword), None)


def context(text: str, offset: int) -> Context:
    """Return the context of a cursor at ``offset``."""
    opened, tail = _bodies(text, offset)
    row = list(tokenize(text, tail, offset, skip=IGNORED))
    string: Token | None = None
    hole: list[Token] | None = None
    silent = bool(row) and row[-1].kind == "COMMENT" and row[-1].end == offset
    row = [piece for piece in row if piece.kind != "COMMENT"]
    if row and row[-1].kind == "UNCLOSED" and row[-1].end == offset:
        string = row.pop()
        last = [part for part in split_string(string) if part.text or part.kind == "HOLE"][-1]
        if last.kind == "HOLE":
            hole = list(tokenize(text, last.start, offset, skip=IGNORED))
    writing = row if hole is None else hole
    start = offset
    if writing and writing[-1].end == offset and (string is None or hole is not None):
        if writing[-1].kind in WORDS:
            start = writing.pop().start
        elif writing[-1].kind in NUMBERS:
            silent = True
    rest = _WORD_REST.match(text, offset)
    end = rest.end() if rest and start < offset else offset
    before = row[-1].end if row else tail
    fresh = text.find("\n", before, start) >= 0
    return Context(
        tuple(opened),
        tuple(row[_item_start(text, row) :]),
        Span(start, end),
        string,
        None if hole is None else tuple(hole),
        hole is not None and _OPERATOR.match(text, end) is not None,
        silent,
        fresh,
    )


def _bodies(text: str, offset: int) -> tuple[list[Open], int]:
    """Return the bodies that are open at ``offset``, and where the last brace before it ends."""
    opened: list[Open] = []
    tail = 0
    for match in _STRUCTURE.finditer(text, 0, offset):
        brace = match.group()
        if brace == "{":
            at = match.start()
            head = _HEAD.search(text, max(tail, at - _FARTHEST), at)
            keyword = (head[1] or head[3]) if head else ""
            _close_for(keyword, opened)
            opened.append(Open(keyword, (head[2] if head else None) or "", at))
        elif brace == "}":
            if opened:
                opened.pop()
        else:
            continue
        tail = match.end()
    return opened, tail


def _close_for(keyword: str, opened: list[Open]) -> None:
    """Close the bodies whose braces are missing, as the head of another one shows."""
    around = _AROUND.get(keyword)
    if around is None:
        return
    depth = len(opened)
    while depth and opened[depth - 1].keyword not in around:
        depth -= 1
    if depth or not around:
        del opened[depth:]


def _item_start(text: str, row: Sequence[Token]) -> int:
    """Return the index of the piece with which the last item of ``row`` begins."""
    start = nesting = 0
    for at, piece in enumerate(row):
        if piece.text in ("(", "["):
            nesting += 1
        elif piece.text in (")", "]"):
            nesting = max(nesting - 1, 0)
        elif piece.kind in WORDS and at and _starts(text, row, at, nesting):
            start, nesting = at, 0
    return start


def _starts(text: str, row: Sequence[Token], at: int, nesting: int) -> bool:
    """Return whether the word ``row[at]`` begins an item."""
    before, word = row[at - 1], row[at].text
    follows = row[at + 1].text if at + 1 < len(row) else ""
    new_line = text.find("\n", before.end, row[at].start) >= 0
    if before.text in (".", ":"):
        return False
    if follows == "=" or word in ITEMS:
        if new_line:
            return True
        return not nesting and not demands(before) and before.text not in ITEMS
    return False


def demands(piece: Token) -> bool:
    """Return whether something has to follow ``piece``: an operand, or a name of a list."""
    return (
        piece.kind in OPERATORS or piece.text in ("(", "[", ",", ".", ":", *_OPEN_WORDS)
    ) and piece.kind not in STRINGS


def nesting_of(row: Sequence[Token]) -> int:
    """Return how many brackets are open after ``row``."""
    opened = sum(piece.text in ("(", "[") for piece in row)
    return opened - sum(piece.text in (")", "]") for piece in row)
