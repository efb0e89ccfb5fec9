"""Typed expressions: names are resolved and types are known.

What can be computed at compile time is a :class:`Known`; everything else says what it
stands for at run time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from ..text.source import Span
from .types import BOOL, DATASET, INT, LIST, SANDBOX, STRING, UNKNOWN, Type, Value


@dataclass(frozen=True, slots=True)
class Known:
    """A value known at compile time."""

    type: Type
    value: Value
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ParamValue:
    """The current value of a loop parameter; after the loop, its last one."""

    type: Type
    name: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class IterationNumber:
    """``iteration``: 1, 2, …"""

    span: Span = field(compare=False, repr=False)
    type: Type = INT


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A field of a learner's result; exists in conditions only."""

    type: Type
    task: str
    name: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ResultOf:
    """True if a learner's result holds anything; exists in conditions only."""

    task: str
    span: Span = field(compare=False, repr=False)
    type: Type = BOOL


@dataclass(frozen=True, slots=True)
class OutputOf:
    """An output of a task: in a command its files, elsewhere the dataset's name."""

    task: str
    index: int
    span: Span = field(compare=False, repr=False)
    type: Type = DATASET


@dataclass(frozen=True, slots=True)
class SandboxOf:
    """The sandbox of a task; only ever the whole value of ``sandbox``."""

    task: str
    span: Span = field(compare=False, repr=False)
    type: Type = SANDBOX


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator on terms not all of which are known."""

    type: Type
    operator: str
    operands: tuple[TypedExpr, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Template:
    """Text with terms in it."""

    parts: tuple[str | TypedExpr, ...]
    span: Span = field(compare=False, repr=False)
    type: Type = STRING


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[TypedExpr, ...]
    span: Span = field(compare=False, repr=False)
    type: Type = LIST


@dataclass(frozen=True, slots=True)
class ErrorExpr:
    """An expression that was reported as wrong."""

    span: Span = field(compare=False, repr=False)
    type: Type = UNKNOWN


TypedExpr: TypeAlias = (
    Known
    | ParamValue
    | IterationNumber
    | FieldValue
    | ResultOf
    | OutputOf
    | SandboxOf
    | Apply
    | Template
    | Items
    | ErrorExpr
)


def operands(term: TypedExpr) -> Iterator[TypedExpr]:
    """Yield the operands of ``term``, in order; strings and lists are not taken apart."""
    if isinstance(term, Apply):
        for operand in term.operands:
            yield from operands(operand)
    else:
        yield term


def is_broken(term: TypedExpr) -> bool:
    """Return whether something in ``term`` was reported."""
    return any(isinstance(leaf, ErrorExpr) for leaf in leaves(term))


def items_of(term: TypedExpr) -> tuple[TypedExpr, ...]:
    """Return the items of a list; of anything else, that alone."""
    return term.items if isinstance(term, Items) else (term,)


def pieces(term: TypedExpr) -> Iterator[str | TypedExpr]:
    """Yield the text of ``term`` and what stands in it, in order."""
    if isinstance(term, Template):
        for part in term.parts:
            yield from (part,) if isinstance(part, str) else pieces(part)
    else:
        yield term


def leaves(term: TypedExpr) -> Iterator[TypedExpr]:
    """Yield everything in ``term`` that is no operator, in order."""
    match term:
        case Apply():
            for operand in term.operands:
                yield from leaves(operand)
        case Template():
            for part in term.parts:
                if not isinstance(part, str):
                    yield from leaves(part)
        case Items():
            for item in term.items:
                yield from leaves(item)
        case _:
            yield term
