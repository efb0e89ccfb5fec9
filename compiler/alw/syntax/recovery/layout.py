"""The tokens of a text, and their places on its lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from lark import Token

from ..lexer import ITEMS, KEYWORDS
from .automaton import END

#: What other languages join words of a name with.
JOINTS = ("SIGN", "DOT", "FACTOR")
#: The keywords that begin an item.
ITEM_STARTS = frozenset(KEYWORDS[word] for word in ITEMS)


class Layout:
    """The tokens of a text, of which the last one is its end."""

    def __init__(self, text: str, tokens: Iterable[Token]) -> None:
        self.text = text
        end = len(text)
        self.tokens = [*tokens, Token(END, "", start_pos=end, end_pos=end)]
        self._lines = [match.end() for match in re.finditer("\n", text)]

    def line(self, offset: int) -> int:
        """Return the number of the line of ``offset``."""
        return bisect_right(self._lines, offset)

    def first_on_line(self, at: int) -> bool:
        """True if token ``at`` is the first one on its line."""
        if at == 0:
            return True
        before = self.tokens[at - 1].end_pos or 0
        return self.text.find("\n", before, self.tokens[at].start_pos or 0) >= 0

    def adjacent(self, at: int) -> bool:
        """True if nothing is between token ``at`` and the one before it."""
        return at > 0 and self.tokens[at - 1].end_pos == self.tokens[at].start_pos

    def joins(self, at: int) -> bool:
        """True if token ``at`` joins words, as in ``my-task``, without white space before it."""
        return self.tokens[at].type in JOINTS and self.adjacent(at)

    def starts_attribute(self, at: int) -> bool:
        """True if a line starts with ``NAME =`` at token ``at``."""
        tokens = self.tokens
        return (
            tokens[at].type == "NAME"
            and at + 1 < len(tokens)
            and tokens[at + 1].type == "EQUAL"
            and self.first_on_line(at)
        )

    def bounds(self, at: int) -> bool:
        """True if a word belongs to `at most N times`."""
        tokens = self.tokens
        match tokens[at].type:
            case "AT":
                return tokens[at + 1].type == "MOST"
            case "MOST" | "TIMES":
                return at > 0 and tokens[at - 1].type in ("AT", "MOST")
        return False

    def column(self, at: int) -> int:
        """Return the column at which token ``at`` begins."""
        start = self.tokens[at].start_pos or 0
        return start - self._line_start(start)

    def margin(self, at: int) -> int:
        """Return the width of the indentation of the line of token ``at``."""
        line = self._line_start(self.tokens[at].start_pos or 0)
        match = re.compile(r"[ \t]*").match(self.text, line)
        return len(match.group()) if match else 0

    def _line_start(self, offset: int) -> int:
        return self.text.rfind("\n", 0, offset) + 1
