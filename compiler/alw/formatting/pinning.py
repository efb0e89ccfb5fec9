"""Lines that stay together, because a comment at their end is about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..syntax.suppression import suppresses_on_line
from .pieces import CLOSING, Gap, Piece, match_brackets


def pin_lines(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces, of which those that share a line with a suppression stay together.

    A suppression is about the warnings that start on its line: what shares the line with it must
    neither leave it nor get company.  No warning starts at a closing bracket, so one that belongs
    to another line may go.
    """
    kept = list(pieces)
    pairs = match_brackets(pieces)
    for at, piece in enumerate(pieces):
        comments = piece.before.comments
        if comments and comments[0].is_trailing and suppresses_on_line(comments[0].text):
            _pin_line(kept, pairs, at)
    return kept


def _pin_line(pieces: list[Piece], pairs: Sequence[int], at: int) -> None:
    """Keep the line together that ends before the comment before the piece ``at``."""
    low = high = at - 1
    while low and pieces[low - 1].line == pieces[high].line:
        low -= 1

    def foreign(index: int) -> bool:
        return pieces[index].text in CLOSING and pairs[index] < low

    last = high
    while last >= low and foreign(last):
        last -= 1
    if last < low:
        pieces[high] = pieces[high]._replace(starts_line=True)
        return
    first = low
    while foreign(first):
        first += 1
    pieces[first] = pieces[first]._replace(starts_line=True)
    for index in range(first + 1, last + 1):
        pieces[index] = pieces[index]._replace(is_glued=True)
    if last < high:  # the comment goes before the brackets
        gap = pieces[at].before
        pieces[at] = pieces[at]._replace(before=replace(gap, comments=gap.comments[1:]))
        pieces[last + 1] = pieces[last + 1]._replace(before=Gap(gap.comments[:1], newline=True))
