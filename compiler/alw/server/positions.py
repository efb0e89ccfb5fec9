"""Positions as the protocol has them, and offsets as the compiler has them.

A line ends with ``\\n``, ``\\r\\n`` or ``\\r``.  A column counts the units of the encoding that
client and server agreed on: bytes of UTF-8, units of UTF-16 or characters.

pygls has documents and a codec of positions as well.  To them a line also ends at a form feed or
U+2028 (``str.splitlines``), so that every position after one is wrong; a position in a line end is
that of the next line; and each question splits the whole text anew.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from itertools import accumulate

from lsprotocol import types

from ..text.source import Span

_LINE_END = re.compile(r"\r\n|\r|\n")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_HALF = re.compile("[\ud800-\udfff]")


def _count_utf8(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _count_utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


_WIDTHS: Mapping[str, Callable[[str], int]] = {
    "utf-8": _count_utf8,
    "utf-16": _count_utf16,
    "utf-32": len,
}


class LineIndex:
    """The lines of a text.

    :param encoding: ``utf-8``, ``utf-16`` or ``utf-32``.
    """

    __slots__ = ("_starts", "_width", "text")

    def __init__(self, text: str, encoding: str) -> None:
        self.text = text
        self._width = _WIDTHS[encoding]
        self._starts = _starts(text)

    @property
    def end(self) -> types.Position:
        """The position after the last character."""
        return self.position(len(self.text))

    def position(self, offset: int) -> types.Position:
        """Return the position of the character at ``offset``; in a line end, where that begins."""
        number = bisect_right(self._starts, offset) - 1
        start = self._starts[number]
        before = self.text[start : min(offset, self._end(number))]
        return types.Position(number, len(before) if before.isascii() else self._width(before))

    def offset(self, position: types.Position) -> int:
        """Return the offset of a position.

        A column after the end of its line is the end of the line; a line after the last one
        is the end of the text; a place inside of a character is its start.
        """
        number, units = position.line, position.character
        if number >= len(self._starts):
            return len(self.text)
        start, end = self._starts[number], self._end(number)
        # no character takes less than a unit
        line = self.text[start : min(end, start + units)]
        return start + (len(line) if line.isascii() else self._index(line, units))

    def range(self, span: Span) -> types.Range:
        """Return the range of a span."""
        return types.Range(self.position(span.start), self.position(span.end))

    def span(self, range: types.Range) -> Span:
        """Return the span of a range; one that ends before it starts is empty."""
        start = self.offset(range.start)
        return Span(start, max(start, self.offset(range.end)))

    def width(self, span: Span) -> int:
        """Return how many units the text of ``span`` takes."""
        return self._width(self.text[span.start : span.end])

    def line_of(self, offset: int) -> Span:
        """Return the line of ``offset``, without its end."""
        number = bisect_right(self._starts, offset) - 1
        return Span(self._starts[number], self._end(number))

    def _end(self, number: int) -> int:
        if number + 1 == len(self._starts):
            return len(self.text)
        end = self._starts[number + 1] - 1
        if self.text[end] == "\n" and end > self._starts[number] and self.text[end - 1] == "\r":
            end -= 1
        return end

    def _index(self, line: str, units: int) -> int:
        """Return how many characters of ``line`` lie within its first ``units``."""
        at = 0
        for index, character in enumerate(line):
            at += self._width(character)
            if at > units:
                return index
        return len(line)


def _starts(text: str) -> list[int]:
    if "\r" in text:
        return [0, *(match.end() for match in _LINE_END.finditer(text))]
    lengths = [len(line) + 1 for line in text.split("\n")]  # the quickest way, at every edit
    return [0, *accumulate(lengths[:-1])]


def join_halves(text: str) -> str:
    """Return ``text`` with the characters whose halves came one by one.

    An editor that counts in UTF-16 may cut a character in two.
    """
    if text.isascii() or not _PAIR.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def replace_halves(text: str) -> str:
    """Return ``text`` with a mark for each half of a character: as long, and encodable."""
    return text if text.isascii() else _HALF.sub("\N{REPLACEMENT CHARACTER}", text)
