"""The structure of a source: its symbols, and what can be folded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..driver.result import Analysis
from ..syntax.tree import Block, Declaration, Item, ListOf, ResultClause, Text
from ..text.source import Source, Span
from .locate import walk

_COMMENT_LINES = re.compile(r"^[ \t]*#[^\n]*(?:\n[ \t]*#[^\n]*)+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something with a name, and what stands in it.

    :param kind: how the language calls it: ``workflow``, ``task``, ``param``, ``field``, …
    """

    name: str
    detail: str
    kind: str
    span: Span
    name_span: Span
    children: tuple[Symbol, ...] = ()


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines that can be folded to the first of them."""

    span: Span
    kind: Literal["region", "comment"]


def outline(analysis: Analysis) -> tuple[Symbol, ...]:
    """The symbols at the top of the source, with those in them."""
    return tuple(_symbols(analysis.file.items, analysis.source))


def _symbols(items: tuple[Item, ...], source: Source) -> Iterator[Symbol]:
    for item in items:
        match item:
            case Block() if item.name.text:
                inner = tuple(_symbols(item.items, source))
                name = item.name
                yield Symbol(name.text, item.keyword, item.keyword, item.span, name.span, inner)
            case Declaration() if item.name.text:
                name = item.name
                detail = source.text[item.type.span.start : item.type.span.end]
                if item.value is not None:
                    detail += f" = {source.text[item.value.span.start : item.span.end]}"
                yield Symbol(name.text, detail, item.keyword, item.span, name.span)
            case ResultClause():
                for field in item.fields:
                    if field.name.text:
                        yield Symbol(
                            field.name.text,
                            field.type.name,
                            "field",
                            field.span,
                            field.name.span,
                        )


def folds(analysis: Analysis) -> tuple[Fold, ...]:
    """Blocks, results, lists and runs of comments of more than one line, in order."""
    source = analysis.source
    found = [
        Fold(node.span, "region")
        for node in walk(analysis.file)
        if isinstance(node, Block | ResultClause | ListOf | Text) and _is_long(source, node.span)
    ]
    for match in _COMMENT_LINES.finditer(source.text):
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        found.append(Fold(Span(start, match.end()), "comment"))
    return tuple(sorted(found, key=lambda fold: fold.span))


def _is_long(source: Source, span: Span) -> bool:
    return source.text.find("\n", span.start, span.end) >= 0
