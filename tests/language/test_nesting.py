"""The nesting limit of the reference holds for whatever nests, and nothing recurses beyond it."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

import alw
from alw.formatting import NotFormatted, format_source
from alw.syntax.mending.scan import _PIECE, _matches
from alw.syntax.tree_builder import MAX_DEPTH
from alw.text.source import Source
from tests.fuzzing.properties import ending

pytestmark = pytest.mark.slow

PROGRAM = (
    'workflow w {{ dataset = "user.me.w" const c: {type} = {value}\n'
    'task t {{ exec = "run {{{hole}}}" }} }}'
)


def _program(value: str = "1", type: str = "float", hole: str = "c") -> str:
    return PROGRAM.format(value=value, type=type, hole=hole)


NESTS: dict[str, Callable[[int], str]] = {
    "parentheses": lambda n: _program("(" * n + "1" + ")" * n),
    "signs": lambda n: _program("- " * n + "1"),
    "signs of zero": lambda n: _program("+" * n + "0"),
    "signs of a name": lambda n: _program(hole="-" * (n - 1) + "c"),
    "not": lambda n: _program("not " * (n - 1) + "true", "bool"),
    "both": lambda n: _program("-(" * (n // 2) + "1" + ")" * (n // 2) + "+0" * (n % 2) * n),
    "in a string": lambda n: _program(hole="(" * n + "c" + ")" * n),
    "sums": lambda n: _program("1+(" * (n - 1) + "1" + ")" * (n - 1)),
}


def _codes(text: str) -> set[str]:
    return {d.code for d in alw.compile_text(text).diagnostics}


@pytest.mark.parametrize("nests", NESTS.values(), ids=NESTS)
def test_the_limit(nests: Callable[[int], str]) -> None:
    assert not _codes(nests(MAX_DEPTH))
    assert "ALW105" in _codes(nests(MAX_DEPTH + 2))


def test_side_by_side_is_not_nested() -> None:
    assert not _codes(_program("+".join(["(1)"] * MAX_DEPTH)))
    assert not _codes(_program("(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH, hole="((c))"))


@pytest.mark.parametrize("depth", [400, 5_000])
@pytest.mark.parametrize("nests", NESTS.values(), ids=NESTS)
def test_far_too_deep(nests: Callable[[int], str], depth: int) -> None:
    text = nests(depth)
    with ending(20):
        assert "ALW105" in _codes(text)
        with pytest.raises(NotFormatted):
            format_source(Source("x", text))


def test_strings_without_an_equals_sign_are_read_in_their_own_text() -> None:
    """What looks like an unquoted value is read by itself, with the strings in it."""
    for length in range(1, 40):
        alw.compile_text(f'exec "simulate --in={{a.outputs[0]}} {"x" * length}" {{')


@pytest.mark.parametrize("opening", ["(", "[", "- ", "not ", "-(", "a[", "1 + ("])
def test_what_is_opened_and_never_closed(opening: str) -> None:
    """Recovery takes a time that grows with the text."""
    text = f'workflow w {{ dataset = "user.me.w"\n task a {{ n_jobs = {opening * 6000}\n}} }}'
    with ending(10):
        assert _codes(text)


@pytest.mark.parametrize("head", ["task a = {", "task a() {", "loop l = { ", "task a { n_jobs: 1 "])
def test_bodies_of_slips_that_are_never_closed(head: str) -> None:
    """The places of a text that was mended are told without recursion."""
    with ending(10):
        assert "ALW101" in _codes(head * 2_000)


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_quote_that_is_never_closed(quote: str) -> None:
    """No escaped quote after it is looked at as the start of a string again."""
    text = f"workflow w {{ task a {{ exec = {quote}{(chr(92) + quote) * 10_000}\n}} }}"
    with ending(10):
        assert _codes(text)


def test_pieces_are_what_the_pattern_finds() -> None:
    parts = ['"', "'", "\\", "\n", "a", " ", "#", '"""', "'''", "”", "`", "{", ".5", "\r"]
    for seed in range(3_000):
        chance = random.Random(seed)
        text = "".join(chance.choices(parts, k=chance.randrange(30)))
        expected = [(m.lastgroup, m.span()) for m in _PIECE.finditer(text)]
        assert [(m.lastgroup, m.span()) for m in _matches(text)] == expected, ascii(text)


@pytest.mark.parametrize("written", ["--nJobs 10", "--nJobs", "--x_y 'a", '"a\n--a "'])
def test_many_options_as_prun_takes_them(written: str) -> None:
    text = 'workflow w {{ dataset = "user.me.w"\n task a {{\n{}\n}} }}'
    with ending(10):
        assert _codes(text.format("\n".join([written] * 2_000)))
