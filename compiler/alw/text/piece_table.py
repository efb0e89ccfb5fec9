"""A text that grows: nodes keep their spans while it is edited.

What was parsed keeps its offsets into a text that is never shortened; what an edit brings in is
written behind its end.  The text of now is a sequence of pieces of it, and only where a person or
an editor reads a place, its offset is translated.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from .source import Position, Source, Span

Piece = tuple[int, int]
"""From where to where a piece of the grown text goes."""


#: What is said of a file as a whole.
_START = Span(0, 0)


class Grown(Source):
    """The grown text, whose places have the order of the text of now."""

    __slots__ = ("_begins", "_current", "_ends", "_pieces", "_starts")

    def __init__(self, name: str, text: str) -> None:
        super().__init__(name, text)
        self._arrange([(0, len(text))])

    def _arrange(self, pieces: list[Piece]) -> None:
        begins = accumulate((end - start for start, end in pieces), initial=0)
        by_start = sorted(zip(pieces, begins, strict=False))
        self._pieces = pieces
        self._current: Source | None = None
        self._starts = [start for (start, _), _ in by_start]
        self._ends = [end for (_, end), _ in by_start]
        self._begins = [begin for _, begin in by_start]

    def replace(self, start: int, end: int, text: str) -> Piece:
        """Put ``text`` in the place of ``[start, end)`` of the text of now.

        :returns: where it stands in the grown text.
        """
        new = len(self.text), len(self.text) + len(text)
        self.text += text
        before: list[Piece] = []
        behind: list[Piece] = []
        at = 0
        for first, last in self._pieces:
            length = last - first
            if at < start:
                before.append((first, first + min(length, start - at)))
            if at + length > end:
                behind.append((first + max(0, end - at), last))
            at += length
        self._arrange([*before, new, *behind])
        return new

    def order(self, offset: int) -> int:
        """The offset in the text of now."""
        number = max(bisect_right(self._starts, offset) - 1, 0)
        return self._begins[number] + min(offset, self._ends[number]) - self._starts[number]

    def position(self, offset: int) -> Position:
        """The line and column in the text of now: messages name lines of other places."""
        if self._current is None:
            text = "".join(self.text[start:end] for start, end in self._pieces)
            self._current = Source(self.name, text)
        return self._current.position(self.order(offset))

    def span(self, span: Span) -> Span:
        """The span in the text of now."""
        if span == _START:
            return span
        start = self.order(span.start)
        if span.start >= span.end:
            return Span(start, start)
        return Span(start, self.order(span.end - 1) + 1)
