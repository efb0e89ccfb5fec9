"""The lexer for Pygments reads what the parser reads."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import (
    Comment,
    Error,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Token,
    Whitespace,
)

from alw import highlighting
from alw.highlighting import AlwLexer
from alw.semantics.scope import BUILT_IN
from alw.semantics.types import DECLARABLE

from .kinds import blanks, keywords, parsed
from .sources import EDGES, programs, sources

LEXER = AlwLexer()
#: The more special first.
KINDS = [
    (Error, "!"),
    (Keyword.Constant, "b"),
    (Keyword.Type, "n"),
    (Keyword, "k"),
    (Operator.Word, "k"),
    (Operator, "o"),
    (Number.Float, "f"),
    (Number.Integer, "i"),
    (Name, "n"),
    (String.Escape, "e"),
    (String.Interpol, "x"),
    (String, "s"),
    (Comment, "c"),
    (Punctuation, "p"),
    (Whitespace, "_"),
]


def shown(text: str) -> str:
    """The kinds of the characters of ``text``, as Pygments shows them."""
    found = []
    for _, token, value in LEXER.get_tokens_unprocessed(text):
        kind = next(
            letter
            for known, letter in KINDS
            if token in known  # type: ignore[comparison-overlap]
        )
        found.append(kind * len(value))
    return blanks(text, "".join(found))


@pytest.mark.parametrize("text", sources() + EDGES)
def test_it_shows_what_the_parser_reads(text: str) -> None:
    assert shown(text) == parsed(text)


@given(programs())
def test_it_shows_what_the_parser_reads_of_any_program(text: str) -> None:
    assert shown(text) == parsed(text), text


@pytest.mark.parametrize("text", sources())
def test_no_program_has_an_error_in_it(text: str) -> None:
    read = LEXER.get_tokens_unprocessed(text)
    wrong = [v for _, token, v in read if token in Error]  # type: ignore[comparison-overlap]
    assert wrong == []


@given(st.text() | st.text(alphabet='"{}\\$%#:=.,[]<>!/ \n\r\tabtask019_é'))
def test_any_text_comes_out_as_it_went_in(text: str) -> None:
    parts = [value for _, _, value in LEXER.get_tokens_unprocessed(text)]
    assert "".join(parts) == text
    assert "".join(
        value for _, value in AlwLexer(stripnl=False, ensurenl=False).get_tokens(text)
    ) == text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _words() -> set[str]:
    return {
        *highlighting.BLOCKS,
        *highlighting.DECLARATIONS,
        *highlighting.BEFORE_EXPRESSIONS,
        *highlighting.LOGICAL,
        *highlighting.OTHERS,
        *highlighting.CONSTANTS,
        "after",
    }


def test_its_words_are_those_of_the_language() -> None:
    assert _words() == keywords()
    assert set(highlighting.TYPES) == set(DECLARABLE)
    assert set(highlighting.BUILT_IN) == BUILT_IN


@pytest.mark.parametrize(
    ("text", "part", "token"),
    [
        ("workflow w { }", "w", Name.Namespace),
        ("task t { }", "t", Name.Function),
        ("input user: string", "user", Name.Variable),
        ("input user: string", "string", Keyword.Type),
        ("n_jobs = 10", "n_jobs", Name.Attribute),
        ("n = merge.result", "result", Name.Property),
        ("n = iteration", "iteration", Name.Builtin.Pseudo),
        ('exec = "a {b + 1} c"', "b", Name),
        ('exec = "a {b + 1} c"', "+", Operator),
        ('exec = "a ${HOME} c"', "${HOME}", String.Symbol),
        ('exec = "a %RNDM:10 c"', "%RNDM:10", String.Symbol),
        ('exec = "a %IN2 c"', "%IN2", String.Symbol),
        ('exec = "100% of %INPUT"', "%", String.Double),
        ("a = 1  # alw: ignore unused-input", "ignore", Comment.Special),
        ("a = 1  # why # alw: ignore-file x", "ignore-file", Comment.Special),
        ('exec = "open', '"open', Error),
        ("a = 1;", ";", Error),
    ],
)
def test_token(text: str, part: str, token: type(Token)) -> None:  # type: ignore[valid-type]
    assert (token, part) in [(t, value) for _, t, value in LEXER.get_tokens_unprocessed(text)]


def test_pygments_finds_it_by_name_and_by_file() -> None:
    assert isinstance(get_lexer_by_name("alw"), AlwLexer)
    assert isinstance(get_lexer_for_filename("my.alw"), AlwLexer)
    html = highlight("task t { }", get_lexer_by_name("alw"), HtmlFormatter())
    assert re.search(r'<span class="kd">task</span>.*<span class="nf">t</span>', html)
