"""The lexer has the grammar's tokens, and tokens for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from lark.exceptions import UnexpectedInput

from alw.syntax import lexer
from alw.syntax.tables import compute_parser
from tests.conftest import ROOT
from tests.engine.generate_programs import Program, programs
from tests.hanging import ending

from .test_fuzz import _TEXTS, SAMPLE, bodies, damaged, fuzz, token_sequences

PARSER = compute_parser(None)
TEXTS = sorted([*(ROOT / "samples").glob("*.alw"), *(ROOT / "tests" / "errors").glob("*.alw")])


def lark_tokens(text: str) -> list[tuple[str, str, int]] | None:
    """The tokens that the parser reads; ``None`` if it refuses the text."""
    read = []
    try:
        parser = PARSER.parse_interactive(text, start="start")
        for token in parser.iter_parse():
            read.append((token.type, str(token), token.start_pos or 0))
        parser.feed_eof()
    except UnexpectedInput:
        return None
    return read


def check(text: str) -> None:
    tokens = list(lexer.tokenize(text))
    assert "".join(token.text for token in tokens) == text
    assert all(text[token.start : token.end] == token.text for token in tokens)
    assert [t for t in tokens if t.kind == "COMMENT"] == list(lexer.comments(text))
    wanted = lark_tokens(text)
    if wanted is None:
        return
    found = [token for token in tokens if token.kind not in lexer.TRIVIA]
    assert [(t.text, t.start) for t in found] == [(value, start) for _, value, start in wanted]
    for token, (kind, _, _) in zip(found, wanted, strict=True):
        assert kind == token.kind or (kind == "NAME" and token.text in lexer.KEYWORDS)


def test_the_terminals_are_those_of_the_grammar() -> None:
    terminals = {t.name: t.pattern for t in PARSER.terminals}
    literal = {p.value: name for name, p in terminals.items() if p.type == "str"}
    assert literal == lexer.KEYWORDS | lexer.MARKS
    patterns = {name: p.value for name, p in terminals.items() if p.type == "re"}
    assert patterns.keys() == lexer.TERMINALS.keys()
    for name, pattern in patterns.items():
        ours = lexer.TERMINALS[name]
        if name in ("COMPARISON", "SIGN", "FACTOR"):  # whose order Lark chooses
            alternatives = pattern.removeprefix("(?:").removesuffix(")").split("|")
            plain = {alternative.replace("\\", "") for alternative in alternatives}
            assert plain == set(ours.replace("\\", "").split("|"))
        else:
            for character, escape in ("\n", r"\n"), ("\t", r"\t"), ("\r", r"\r"), ("\f", r"\f"):
                pattern = pattern.replace(character, escape)
            assert pattern == ours


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_files(path: Path) -> None:
    check(path.read_text(encoding="utf-8"))


def test_words_of_the_language_as_names() -> None:
    text = "workflow w { a = while[0]-at b=not [0] task loop{c=of-times.after[-1]} }"
    assert lark_tokens(text) is not None
    check(text)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ('"a', "UNCLOSED"),
        ('"a\\', "UNCLOSED"),
        ('"a\\\n"b"', "UNCLOSED SPACE STRING"),
        ('"a\\"\nb # c', "UNCLOSED SPACE NAME SPACE COMMENT"),
        ("20times", "MALFORMED"),
        ("1_0.5e-3", "FLOAT"),
        ("1.x", "INT DOT NAME"),
        ("a != b ! c", "NAME SPACE COMPARISON SPACE NAME SPACE STRANGE SPACE NAME"),
        ("é€ $", "STRANGE SPACE STRANGE"),
        ("na\u00efve", "NAME STRANGE NAME"),
        ("task tasks", "TASK SPACE NAME"),
    ],
)
def test_kinds(text: str, kinds: str) -> None:
    assert " ".join(token.kind for token in lexer.tokenize(text)) == kinds
    check(text)


def test_a_part_of_a_text() -> None:
    text = 'a = "b" # c\nd'
    part = list(lexer.tokenize(text, 4, 9, skip=lexer.TRIVIA))
    assert [(token.kind, token.text, token.start, token.end) for token in part] == [
        ("STRING", '"b"', 4, 7),
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("{" * 100_000, '"' * 100_001, "\\" * 100_000, "é" * 1_000_000, "'" * 100_000),
        *('"' + "x" * 10_000_000, "#" * 10_000_000, "1" * 10_000_000 + "x", '"' + '\\"' * 500_000),
    ],
    ids=lambda text: text[:2],
)
def test_large_texts_take_no_long_time(text: str) -> None:
    with ending(10):
        assert "".join(token.text for token in lexer.tokenize(text)) == text


@fuzz
@given(_TEXTS | token_sequences() | bodies() | damaged(SAMPLE))
def test_any_text(text: str) -> None:
    check(text)


@pytest.mark.slow
@fuzz
@given(programs())
def test_any_program(program: Program) -> None:
    assert lark_tokens(program.text) is not None
    check(program.text)
