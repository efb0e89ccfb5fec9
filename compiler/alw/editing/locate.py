"""Where in the syntax tree an offset lies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from ..syntax.tree import (
    After,
    Attribute,
    Binary,
    Block,
    Declaration,
    Expr,
    Field,
    File,
    Index,
    Item,
    ListOf,
    Logic,
    Member,
    Name,
    Repeat,
    Replacement,
    Result,
    Text,
    TypeName,
    Unary,
)
from ..text.source import Span

Node: TypeAlias = File | Item | Field | Name | TypeName | Expr


def children(node: Node) -> Iterator[Node]:
    """What ``node`` is made of, in the order written."""
    match node:
        case File():
            yield from node.items
        case Block():
            yield node.name
            yield from node.items
        case Declaration():
            yield node.name
            yield node.type
            if node.value is not None:
                yield node.value
        case Attribute():
            yield node.name
            yield node.value
        case After():
            yield from node.tasks
        case Replacement():
            yield node.old
            yield node.new
            if node.times is not None:
                yield node.times
        case Result():
            yield node.file
            yield from node.fields
        case Field():
            yield node.name
            yield node.type
        case Repeat():
            for part in (node.condition, node.bound):
                if part is not None:
                    yield part
        case TypeName():
            if node.alphabet is not None:
                yield node.alphabet
        case _:
            yield from _operands(node)


def _operands(node: Node) -> Iterator[Expr]:
    match node:
        case Text():
            yield from (part for part in node.parts if not isinstance(part, str))
        case ListOf():
            yield from node.items
        case Logic():
            yield from node.operands
        case Binary():
            yield node.left
            yield node.right
        case Unary():
            yield node.operand
        case Member():
            yield node.object
        case Index():
            yield node.object
            yield node.index


def touches(span: Span, offset: int) -> bool:
    """Whether a cursor at ``offset`` stands in the text of ``span``, or at one of its ends."""
    return span.start <= offset <= span.end


def path(file: File, offset: int) -> tuple[Node, ...]:
    """The nodes around ``offset``, from the file to the smallest."""
    found: list[Node] = [file]
    while True:
        inner = None
        for child in children(found[-1]):
            if touches(child.span, offset):
                inner = child  # of two that touch, the one that begins here
            elif child.span.start > offset:
                break
        if inner is None:
            return tuple(found)
        found.append(inner)


def walk(node: Node) -> Iterator[Node]:
    """``node`` and everything in it, in the order written."""
    todo = [node]
    while todo:
        here = todo.pop()
        yield here
        todo += reversed(tuple(children(here)))


def blocks(file: File, *keywords: str) -> Iterator[Block]:
    """The blocks of these kinds, in the order written."""
    todo: list[Item] = list(reversed(file.items))
    while todo:
        item = todo.pop()
        if isinstance(item, Block):
            if item.keyword in keywords:
                yield item
            todo += reversed(item.items)
