"""Semantic tokens: the kind of every word, for colours that know what a name means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ..driver.result import Analysis
from ..semantics.scope import BUILT_IN
from ..semantics.types import DECLARABLE
from ..syntax.lexer import IGNORED, KEYWORDS, NUMBERS, OPERATORS, STRINGS, WORDS, Token, tokenize
from ..syntax.strings import split_string
from ..syntax.tree import Attribute, Block, Declaration, Field, Member, Ref, TypeName
from ..text.source import Span
from .bindings import bindings, defines
from .locate import walk

_KINDS = {
    "COMMENT": "comment",
    **dict.fromkeys(NUMBERS, "number"),
    **dict.fromkeys(OPERATORS, "operator"),
}


@dataclass(frozen=True, slots=True)
class SemanticToken:
    """A token of one line.

    :param type: LSP's name for what it is.
    :param modifiers: LSP's names for how it is: ``declaration``, ``readonly``, ….
    """

    span: Span
    type: str
    modifiers: tuple[str, ...] = ()


_Look: TypeAlias = tuple[str, tuple[str, ...]]

_LOOKS: Mapping[str, _Look] = {
    "workflow": ("namespace", ()),
    "loop": ("class", ()),
    "task": ("function", ()),
    "learn": ("function", ()),
    "input": ("variable", ("readonly",)),
    "const": ("variable", ("readonly",)),
    "param": ("parameter", ()),
    "field": ("property", ()),
}


def semantic_tokens(analysis: Analysis) -> tuple[SemanticToken, ...]:
    """Return the tokens of the source, in order; none overlaps another."""
    text = analysis.source.text
    return tuple(_tokens(text, tokenize(text, skip=IGNORED), _looks(analysis)))


def _tokens(text: str, row: Iterable[Token], looks: Mapping[int, _Look]) -> Iterator[SemanticToken]:
    for token in row:
        if token.kind in STRINGS and "{" not in token.text and "\\" not in token.text:
            yield SemanticToken(token.span, "string")
        elif token.kind in STRINGS:
            for part in split_string(token):
                if part.kind == "HOLE":
                    yield from _tokens(
                        text, tokenize(text, part.start, part.end, skip=IGNORED), looks
                    )
                elif part.text:
                    yield SemanticToken(part.span, "string")
        elif token.kind in WORDS:
            look = looks.get(token.start) or _word(token.text)
            if look is not None:
                yield SemanticToken(token.span, *look)
        elif token.kind in _KINDS:
            yield SemanticToken(token.span, _KINDS[token.kind])


def _word(word: str) -> _Look | None:
    """Return the look of a word that the syntax tree has no name for."""
    return ("keyword", ()) if word in KEYWORDS else None


def _looks(analysis: Analysis) -> dict[int, _Look]:
    """Return the looks of words with a meaning, by the offsets where they begin."""
    looks: dict[int, _Look] = {}
    for node in walk(analysis.file):
        match node:
            case Block() | Declaration() | Field():
                kind, modifiers = _LOOKS[defines(node)]
                looks[node.name.span.start] = kind, ("declaration", *modifiers)
            case Attribute():
                looks[node.name.span.start] = "property", ()
            case TypeName():
                known = ("defaultLibrary",) if node.name in DECLARABLE else ()
                looks[node.span.start] = "type", known
            case Ref() if node.name in BUILT_IN:
                looks[node.span.start] = "variable", ("readonly", "defaultLibrary")
            case Member():
                looks[node.name_span.start] = "property", ()
    for binding in bindings(analysis):
        defined = binding.defined
        for span, meant in binding.workflow.names.mentions.items():
            if meant is not None and meant in defined:
                looks[span.start] = _LOOKS[defines(defined[meant])]
    return looks
