"""The difference of two texts, as edits of lines."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from ..diagnostics.diagnostic import Edit
from ..text.source import Span

#: So many lines are compared one by one; in a longer part, all are replaced.
_MOST = 4000


def diff_lines(old: str, new: str) -> Iterator[Edit]:
    """Yield edits of whole lines that turn ``old`` into ``new``; what is equal stays untouched."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    first = 0
    least = min(len(before), len(after))
    while first < least and before[first] == after[first]:
        first += 1
    last = 0
    while last < least - first and before[-1 - last] == after[-1 - last]:
        last += 1
    at = sum(map(len, before[:first]))
    left, right = before[first : len(before) - last], after[first : len(after) - last]
    if len(left) + len(right) > _MOST:
        yield Edit(Span(at, at + sum(map(len, left))), "".join(right))
        return
    for what, start, end, start2, end2 in SequenceMatcher(
        None, left, right, autojunk=False
    ).get_opcodes():
        length = sum(map(len, left[start:end]))
        if what != "equal":
            yield Edit(Span(at, at + length), "".join(right[start2:end2]))
        at += length
