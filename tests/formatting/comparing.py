"""What must be the same before and after formatting, found without the formatter's own means."""

from __future__ import annotations

import re
from collections.abc import Iterator

from alw.diagnostics.diagnostic import Collector
from alw.formatting import format_source
from alw.syntax.parse import parse
from alw.syntax.tree import File
from alw.text.source import Source

TOKEN = re.compile(
    r'"(?:\\.|[^"\\\n])*"|#[^\n]*|[0-9][0-9_]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|[A-Za-z_]\w*'
    r"|//|[=!<>]=|\S"
)
SILENCE = re.compile(r"#\s*alw:\s*ignore\b(?!-file)")


def layout(text: str) -> str:
    return format_source(Source("a.alw", text))


def tree(text: str) -> File | None:
    """The syntax tree; ``None`` if there are errors."""
    collector = Collector()
    file = parse(Source("a.alw", text), collector)
    return None if collector.has_errors else file


def words(text: str) -> list[str]:
    """The tokens but commas, which may come or go at the end of a list."""
    return [token for token in TOKEN.findall(text) if token[0] not in "#,"]


def comments(text: str) -> list[str]:
    return [token.rstrip() for token in TOKEN.findall(text) if token.startswith("#")]


def silenced(text: str) -> Iterator[tuple[str, list[str]]]:
    """The silences, each with the words on its line of which warnings can be."""
    for line in text.split("\n"):
        tokens = TOKEN.findall(line)
        if tokens and SILENCE.search(tokens[-1]) and tokens[-1].startswith("#"):
            yield tokens[-1].rstrip(), [token for token in words(line) if token not in "{}[]()"]


def check(text: str) -> str:
    """The formatted ``text``, of which is checked what holds for every one."""
    result = layout(text)
    assert layout(result) == result
    assert tree(result) == tree(text)
    assert words(result) == words(text)
    assert comments(result) == comments(text)
    assert list(silenced(result)) == list(silenced(text))
    assert "\t" not in re.sub(r'"(?:\\.|[^"\\\n])*"|#[^\n]*', "", result)
    for line in result.split("\n")[:-1]:
        assert not line.removesuffix("\r").endswith((" ", "\t"))
    assert result.endswith("\n") or not result
    assert not result.endswith("\n\n")
    assert "\n\n\n" not in result
    return result
