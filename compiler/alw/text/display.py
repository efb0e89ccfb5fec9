"""Text as a terminal shows it: harmless, and of known width.

Nothing that a source or a value contains reaches the terminal as a control sequence, and
what is drawn under a character is under it: combining characters take no cell, wide
ones two, a tab four.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from unicodedata import category, east_asian_width

TAB = "    "
CUT = "…"
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
#: Joiners and variation selectors change what terminals make of their neighbours, each
#: terminal differently; without them every character has its own width.
_DROPPED = frozenset("\u200c\u200d" + "".join(map(chr, range(0xFE00, 0xFE10))))
#: Longest message shown; a value of any length may be part of one.
_LONGEST = 2000


def clean(text: str) -> str:
    """Return ``text`` with everything unprintable escaped, on one line, of bounded length."""
    if len(text) > _LONGEST:
        half = _LONGEST // 2
        left_out = len(text) - 2 * half
        text = f"{text[:half]} {CUT} {left_out} characters left out {CUT} {text[-half:]}"
    return escape_unprintable(text)


def escape_unprintable(text: str) -> str:
    """Return ``text`` with everything unprintable escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


@lru_cache(4096)
def cell(character: str) -> tuple[str, int]:
    """Return what is shown for ``character`` in an excerpt, and its columns."""
    if " " <= character <= "~":
        return character, 1
    if character == "\t":
        return TAB, len(TAB)
    if character in _DROPPED:
        return "", 0
    kind = category(character)
    if kind in ("Mn", "Me") or "\u1160" <= character <= "\u11ff":  # Hangul vowels combine
        return character, 0
    if not character.isprintable() and kind != "Zs":
        code = ord(character)
        if code < 0x20:
            return chr(0x2400 + code), 1  # the picture of the control character
        return ("\N{SYMBOL FOR DELETE}" if code == 0x7F else _UNKNOWN), 1
    return character, 2 if east_asian_width(character) in "WF" else 1


class Excerpt(NamedTuple):
    """A part of a line, and the marked part of it."""

    text: str
    indent: int
    """Columns before the marked part."""
    width: int
    """Columns of the marked part, at least 1."""


def excerpt(text: str, line: tuple[int, int], marked: tuple[int, int], columns: int) -> Excerpt:
    """Return as much of a line as fits into ``columns`` columns, around its marked part.

    The cost depends on ``columns``, not on the length of the line.

    :param line: offsets into ``text``, from the line's first character to its end.
    :param marked: offsets in the line.
    """
    (low, high), (start, end) = line, marked
    first = _back(text, low, start, columns // 3)
    last, _ = _forth(text, first, high, columns)
    if last == high and first > low:  # room is left after the end: show more before it
        first = _back(text, low, start, columns - _forth(text, start, high, columns)[1])
    end = min(end, last)
    before, indent = _draw(text[first:start])
    under, width = _draw(text[start:end])
    after, _ = _draw(text[end:last])
    if first > low:
        before, indent = CUT + before, indent + 1
    tail = CUT if last < high else ""
    return Excerpt(before + under + after + tail, indent, max(width, 1))


def _draw(text: str) -> tuple[str, int]:
    if text.isascii() and text.isprintable():
        return text, len(text)
    cells = [cell(character) for character in text]
    return "".join(shown for shown, _ in cells), sum(width for _, width in cells)


#: Characters looked at for each column: those without width are few in honest text.
_PER_COLUMN = 4


def _back(text: str, low: int, at: int, columns: int) -> int:
    """Return the first offset from which the text up to ``at`` takes at most ``columns``."""
    used, first = 0, at
    stop = max(low, at - _PER_COLUMN * columns)
    while first > stop:
        used += cell(text[first - 1])[1]
        if used > columns:
            break
        first -= 1
    return first


def _forth(text: str, at: int, high: int, columns: int) -> tuple[int, int]:
    """Return the last offset to which the text from ``at`` fits, and the width to there."""
    used, last = 0, at
    stop = min(high, at + _PER_COLUMN * columns)
    while last < stop:
        width = cell(text[last])[1]
        if used + width > columns:
            break
        used += width
        last += 1
    return last, used
