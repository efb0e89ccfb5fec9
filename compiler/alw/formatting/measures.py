"""The width of pieces on one line, and whether they fit there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

from .pieces import CLOSING, Piece, match_brackets

#: Columns of a line.
WIDTH = 100


class Measures:
    """Pieces, with the blanks between them on one line."""

    def __init__(self, pieces: Sequence[Piece], operands: frozenset[int]) -> None:
        self.pieces = pieces
        self.partners = match_brackets(pieces)
        self.index = {piece.start: at for at, piece in enumerate(pieces)}
        """The pieces by where they start."""
        self._operands = operands
        self.blanks = [""] * len(pieces)
        """The blanks before each piece on one line, without a comma."""
        self.lists: set[int] = set()
        """The opening brackets of lists."""
        for at in range(1, len(pieces)):
            self.blanks[at] = self._blank(at)
        self._offsets = _sums(len(self.joint(at)) + len(p.text) for at, p in enumerate(pieces))
        self._hard = _sums(map(self.is_hard, range(len(pieces))))
        self._ends = _sums(p.before.newline or self.is_hard(at) for at, p in enumerate(pieces))

    def _blank(self, at: int) -> str:
        before, piece = self.pieces[at - 1].text, self.pieces[at].text
        is_list = piece == "[" and not self._follows_operand(at)
        if is_list:
            self.lists.add(at)
        if before in ("(", "[", ".") or piece in (")", "]", ".", ":") or before + piece == "{}":
            return ""
        if piece == "[" and not is_list:
            return ""
        if before in ("+", "-") and not self._follows_operand(at - 1):  # the sign of a number
            return ""
        return " "

    def _follows_operand(self, at: int) -> bool:
        before = self.pieces[at - 1]
        return not self.pieces[at].comma and (
            before.kind in ("STRING", "INT", "FLOAT")
            or before.text in (")", "]")
            or before.start in self._operands
        )

    def has_comma(self, at: int) -> bool:
        """True if a comma is before the piece on one line."""
        return self.pieces[at].comma and self.pieces[at].text not in CLOSING

    def joint(self, at: int) -> str:
        """Return the text before the piece if both are on one line."""
        return f",{self.blanks[at]}" if self.has_comma(at) else self.blanks[at]

    def is_hard(self, at: int) -> bool:
        """True if the piece starts a line in any case, but as part of something larger.

        Adjacent strings stay on the lines on which they are written.
        """
        piece = self.pieces[at]
        if piece.starts_line or piece.before.comments:
            return True
        return piece.before.newline and not piece.comma and self._continues(at)

    def _continues(self, at: int) -> bool:
        return at > 0 and self.pieces[at].kind == "STRING" == self.pieces[at - 1].kind

    def width(self, first: int, last: int) -> int:
        """Return the width of the pieces on one line."""
        return self._offsets[last + 1] - self._offsets[first] - len(self.joint(first))

    def is_split(self, first: int, last: int) -> bool:
        """True if one of the pieces after the first starts a line in any case."""
        return self._hard[last + 1] > self._hard[first + 1]

    def is_written_on_one_line(self, first: int, last: int) -> bool:
        """True if the pieces are on one line in the text."""
        return self._ends[last + 1] == self._ends[first + 1]

    def flat(self, first: int, last: int) -> str:
        """Return the pieces on one line."""
        texts = [self.joint(at) + self.pieces[at].text for at in range(first + 1, last + 1)]
        return self.pieces[first].text + "".join(texts)

    def may_be_flat(self, opening: int, column: int) -> bool:
        """True if a bracket and all in it, written at ``column``, may be on one line.

        What is written on one line stays there if there is room, or if it has to.
        """
        closing = self.partners[opening]
        if closing == opening + 1:
            return not self.is_hard(closing)
        if not self.is_written_on_one_line(opening, closing):
            return False
        comma = self.pieces[closing + 1].comma
        wide = column + self.width(opening, closing) + comma > WIDTH
        return not wide or self.pieces[opening + 1].is_glued


def _sums(numbers: Iterable[int]) -> list[int]:
    return list(accumulate(numbers, initial=0))
