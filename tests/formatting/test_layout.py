"""The layout, by examples: what is written, and what becomes of it."""

from __future__ import annotations

import re

import pytest

from alw.formatting import NotFormatted
from alw.resources import grammar_text
from alw.text.source import Source

from .comparing import check, layout, tree, words
from .layouts import ITEMS


@pytest.mark.parametrize(("written", "expected"), ITEMS.values(), ids=ITEMS)
def test_items(written: str, expected: str) -> None:
    assert tree(written) is not None
    assert check(written) == expected


@pytest.mark.parametrize(("written", "expected"), ITEMS.values(), ids=ITEMS)
def test_items_in_a_block(written: str, expected: str) -> None:
    inside = "".join(f"  {line}" if line != "\n" else line for line in expected.splitlines(True))
    if max(map(len, inside.splitlines())) > 100 or "\u2028" in written:
        pytest.skip("there is less room in a block")
    assert check(f"workflow  w{{\n\n{written}\n}}") == f"workflow w {{\n{inside}}}\n"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", ""),
        (" \n\t\r\n", ""),
        ("# a", "# a\n"),
        ("\n\n# a\n\n\n# b\n\n", "# a\n\n# b\n"),
        ("workflow a{}workflow b{}", "workflow a {}\nworkflow b {}\n"),
        ("workflow a{\n}\n\n\nworkflow b{} # c", "workflow a {}\n\nworkflow b {}  # c\n"),
    ],
)
def test_whole_files(written: str, expected: str) -> None:
    assert check(written) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("blank", [" ", "\t", "\f"])
def test_line_ends(end: str, blank: str) -> None:
    written = f'workflow w {{{end}{blank}a = "b"{end}"c" # d{blank}{end}}}'
    lines = ["workflow w {", '  a = "b"', '      "c"  # d', "}", ""]
    assert check(written) == end.join(lines)


def test_line_ends_are_those_of_the_first_line() -> None:
    assert check("# a\r\n# b\n") == "# a\r\n# b\r\n"
    assert check("# a\n# b\r\n") == "# a\n# b\n"
    assert check("# a\rb\n") == "# a\rb\n"


def test_every_word_and_sign_of_the_grammar_is_in_an_example() -> None:
    written = "".join(text for text, _ in ITEMS.values()) + "workflow w { loop a { param b: int } }"
    rules = re.sub(r"//[^\n]*|: /.*", "", grammar_text())
    for word in re.findall(r'"([a-z]+|[^"\w\\]+)"', rules):
        assert word in written


# What nobody writes


@pytest.mark.slow
def test_blocks_may_nest_to_any_depth() -> None:
    text = "workflow w { " * 10_000 + "a = 1" + " }" * 10_000
    assert words(layout(text)) == words(text)
    assert layout(layout(text)) == layout(text)


@pytest.mark.parametrize("pair", ["()", "-"])
def test_expressions_may_nest_to_the_limit(pair: str) -> None:
    check(f"a = {pair[0] * 60}1{pair[1:] * 60}")
    with pytest.raises(NotFormatted):
        layout(f"a = {pair[0] * 10_000}1{pair[1:] * 10_000}")


def test_the_mark_of_a_source_is_not_part_of_its_text() -> None:
    from alw.formatting import format_source

    source = Source("a.alw", "a=1", "\ufeff")
    assert source.with_text(format_source(source)).content() == "\ufeffa = 1\n"
