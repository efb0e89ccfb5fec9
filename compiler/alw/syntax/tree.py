"""The syntax tree: what was written, and where.

Frozen: no phase changes a node.  Spans do not take part in comparison, so two trees are
equal when they mean the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from ..text.source import Span

# Expressions ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number:
    """``200``, ``0.5``."""

    value: int | float
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Boolean:
    """``true``, ``false``."""

    value: bool
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Ref:
    """A name used as a value."""

    name: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A string: literal text and interpolated expressions, in order."""

    parts: tuple[str | Expr, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ListOf:
    """``[a, b]``."""

    items: tuple[Expr, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Member:
    """``merge.nevents``."""

    object: Expr
    name: str
    name_span: Span = field(compare=False, repr=False)
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Index:
    """``simulate.outputs[0]``."""

    object: Expr
    index: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """``-x``, ``not x``."""

    operator: str
    operand: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic and comparison."""

    operator: str
    left: Expr
    right: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """``a and b and c``, ``a or b``."""

    operator: str
    operands: tuple[Expr, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Broken:
    """Stands where an expression could not be read; a diagnostic says why."""

    span: Span = field(compare=False, repr=False)


Expr: TypeAlias = (
    Number | Boolean | Ref | Text | ListOf | Member | Index | Unary | Binary | Logic | Broken
)

# Declarations --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name:
    """A name where it is defined or mentioned."""

    text: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class TypeName:
    """``float``; ``string of "a-z"`` names the alphabet of a string."""

    name: str
    alphabet: Text | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Declaration:
    """``input``, ``const`` and ``param``: a name, a type, perhaps a value."""

    keyword: str
    name: Name
    type: TypeName
    value: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Attribute:
    """``n_jobs = 10``."""

    name: Name
    value: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class After:
    """``after prepare, simulate``."""

    tasks: tuple[Name, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ReplaceClause:
    """``replace "python 0.5" with "python {m1}"``, perhaps with how often it occurs."""

    old: Text
    new: Text
    times: Number | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a result: ``m1: float``."""

    name: Name
    type: TypeName
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ResultClause:
    """``result "merge.json" { m1: float }``."""

    file: Text
    fields: tuple[Field, ...]
    span: Span = field(compare=False, repr=False)
    is_complete: bool = True
    """True if every field could be read."""


@dataclass(frozen=True, slots=True)
class RepeatClause:
    """``repeat while CONDITION at most N times``; either part may be missing."""

    condition: Expr | None
    bound: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Block:
    """``workflow``, ``loop``, ``task``, ``learn``: a named body."""

    keyword: str
    name: Name
    items: tuple[Item, ...]
    head: Span = field(compare=False, repr=False)
    """The keyword and the name."""
    span: Span = field(compare=False, repr=False)
    is_complete: bool = True
    """True if everything in the body could be read."""


Item: TypeAlias = (
    Declaration | Attribute | After | ReplaceClause | ResultClause | RepeatClause | Block
)


@dataclass(frozen=True, slots=True)
class File:
    """A source file."""

    items: tuple[Item, ...]
    span: Span = field(compare=False, repr=False)
