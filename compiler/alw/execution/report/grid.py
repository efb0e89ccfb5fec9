"""Tables of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...text.display import cell

_GAP = "  "
DISPENSABLE = 3
"""The weight of columns that are shown if there is room for all, or else none of them."""


def columns_of(text: str) -> int:
    """Return how many columns of a terminal ``text`` takes."""
    return len(text) if text.isascii() else sum(cell(character)[1] for character in text)


def pad(text: str, width: int, left: bool) -> str:
    """Return ``text`` with spaces up to ``width`` columns."""
    room = " " * max(width - columns_of(text), 0)
    return text + room if left else room + text


class Column(NamedTuple):
    """A column.

    :param weight: columns of the greatest go first when there is no room.
    """

    heading: str
    cells: Sequence[str]
    left: bool = False
    weight: int = 0

    @property
    def width(self) -> int:
        """Return how wide it is."""
        return max(map(columns_of, (self.heading, *self.cells)))


class TextTable(NamedTuple):
    """A table that fits.

    :param lines: the heading and the rows.
    :param left_out: the headings of the columns for which there is no room.
    """

    lines: list[str]
    left_out: list[str]


def lay_out_table(columns: Sequence[Column], width: int) -> TextTable:
    """Return as many of ``columns`` beside each other as fit into ``width``."""
    kept = list(columns)
    while len(kept) > 1 and sum(c.width for c in kept) + len(_GAP) * (len(kept) - 1) > width:
        heaviest = max(column.weight for column in kept)
        places = [i for i, column in enumerate(kept) if column.weight == heaviest]
        if heaviest < DISPENSABLE:
            places = places[-1:]
        kept = [column for i, column in enumerate(kept) if i not in places]
    left_out = [c.heading for c in columns if not any(c is other for other in kept)]
    rows = zip(*((c.heading, *c.cells) for c in kept), strict=True)
    lines = [
        _GAP.join(
            pad(text, column.width, column.left) for text, column in zip(row, kept, strict=True)
        ).rstrip()
        for row in rows
    ]
    return TextTable(lines, left_out)
