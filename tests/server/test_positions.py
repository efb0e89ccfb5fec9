"""Positions: what the specification says, on texts of all kinds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position, Range
from pygls.workspace import TextDocument

from alw.server.positions import LineIndex, join_halves, replace_halves
from alw.text.source import Span

ENCODINGS = st.sampled_from(("utf-8", "utf-16", "utf-32"))
TEXTS = st.text(
    st.one_of(
        st.sampled_from("ab\r\n\r\n\t\u2028\x0b\x85é\u0301€😀𝒳\ufeff"),
        st.characters(codec="utf-8"),
    ),
    max_size=40,
)


def units(text: str, encoding: str) -> int:
    """Written down as the specification says it."""
    if encoding == "utf-32":
        return len(text)
    if encoding == "utf-16":
        return sum(2 if ord(c) > 0xFFFF else 1 for c in text)
    return sum(len(c.encode()) for c in text)


def lines(text: str) -> list[str]:
    return re.split("\r\n|\n|\r", text)


@given(TEXTS, ENCODINGS)
def test_every_offset_has_a_position_and_comes_back(text: str, encoding: str) -> None:
    seen = LineIndex(text, encoding)
    for offset in range(len(text) + 1):
        position = seen.position(offset)
        before = lines(text[:offset])
        inside = text[offset - 1 : offset + 1] == "\r\n"
        if inside:  # the middle of a line end is its beginning
            before = lines(text[: offset - 1])
        assert (position.line, position.character) == (
            len(before) - 1,
            units(before[-1], encoding),
        )
        assert seen.offset(position) == offset - inside


@given(TEXTS, ENCODINGS, st.integers(0, 45), st.integers(0, 200))
def test_any_position_has_an_offset(text: str, encoding: str, line: int, column: int) -> None:
    seen, rows = LineIndex(text, encoding), lines(text)
    offset = seen.offset(Position(line, column))
    found = seen.position(offset)
    if line >= len(rows):
        assert offset == len(text)
    elif column >= units(rows[line], encoding):
        assert found == Position(line, units(rows[line], encoding))
    else:  # the character that holds the unit
        assert found.line == line
        width = units(text[offset], encoding)
        assert found.character <= column < found.character + width


@given(TEXTS, ENCODINGS, st.integers(0, 40), st.integers(0, 40))
def test_spans_come_back(text: str, encoding: str, a: int, b: int) -> None:
    seen = LineIndex(text, encoding)
    offsets = [seen.offset(seen.position(min(o, len(text)))) for o in (a, b)]
    span = Span(min(offsets), max(offsets))
    assert seen.span(seen.range(span)) == span
    part = text[span.start : span.end]
    assert seen.width(span) == units(part, encoding)


def test_a_range_that_ends_before_it_starts_is_empty() -> None:
    seen = LineIndex("one\ntwo", "utf-16")
    assert seen.span(Range(Position(1, 2), Position(0, 1))) == Span(6, 6)


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 7), ("utf-16", 4), ("utf-32", 3)])
def test_an_emoji_and_a_combining_character(encoding: str, column: int) -> None:
    text = "x\n😀e\u0301z"
    assert LineIndex(text, encoding).position(text.index("z")) == Position(1, column)


def test_only_line_ends_of_the_protocol_end_lines() -> None:
    assert LineIndex("a\x0bb\x0cc\u2028d\x85e", "utf-16").end.line == 0
    assert LineIndex("a\rb\r\nc\nd", "utf-16").end == Position(3, 1)


def test_pygls_ends_lines_elsewhere() -> None:
    text = "# a\x0cb\nx"
    offset = text.index("x")
    assert TextDocument("untitled:a", text).client_position_at_offset(offset) == Position(2, 0)
    assert LineIndex(text, "utf-16").position(offset) == Position(1, 0)


def test_a_line_without_its_end() -> None:
    seen = LineIndex("ab\r\ncd\r\n", "utf-16")
    assert [seen.line_of(o) for o in (0, 2, 4, 8)] == [
        Span(0, 2),
        Span(0, 2),
        Span(4, 6),
        Span(8, 8),
    ]


def test_halves_of_characters() -> None:
    high, low = "\ud83d", "\ude00"
    assert join_halves(f"a{high}{low}b") == "a😀b"
    assert join_halves(f"a{low}{high}") == f"a{low}{high}"
    assert replace_halves(f"a{high}b") == "a\N{REPLACEMENT CHARACTER}b"
    assert LineIndex(f"{high}x", "utf-16").position(1) == Position(0, 1)
    assert LineIndex(f"{high}x", "utf-8").position(1) == Position(0, 3)
