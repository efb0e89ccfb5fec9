"""The words that are values: keywords may be names, too, where only a name fits."""

from __future__ import annotations

from ..syntax.tree import (
    Attribute,
    Binary,
    Block,
    Boolean,
    Declaration,
    Expr,
    File,
    Index,
    Item,
    ListOf,
    Logic,
    Member,
    Ref,
    RepeatClause,
    Unary,
)


def find_operands(file: File) -> frozenset[int]:
    """Return the offsets of the words that are values or members; without recursion."""
    found: set[int] = set()
    expressions: list[Expr] = []
    items: list[Item] = list(file.items)
    while items:
        match items.pop():
            case Block() as block:
                items += block.items
            case Attribute() as attribute:
                expressions.append(attribute.value)
            case Declaration(value=value) if value is not None:
                expressions.append(value)
            case RepeatClause() as repeat:
                expressions += [e for e in (repeat.condition, repeat.bound) if e is not None]
    while expressions:
        match expressions.pop():
            case Ref() | Boolean() as word:
                found.add(word.span.start)
            case Member() as member:
                found.add(member.name_span.start)
                expressions.append(member.object)
            case Index() as index:
                expressions += (index.object, index.index)
            case Unary() as unary:
                expressions.append(unary.operand)
            case Binary() as binary:
                expressions += (binary.left, binary.right)
            case Logic(operands=several) | ListOf(items=several):
                expressions += several
    return frozenset(found)
