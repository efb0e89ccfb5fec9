"""The nodes of a syntax tree, by offset and by kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    RepeatClause,
    ReplaceClause,
    ResultClause,
    Text,
    TypeName,
    Unary,
)
from ..text.source import Span

Node: TypeAlias = File | Item | Field | Name | TypeName | Expr


#: The fields of each kind of node that hold nodes, in the order written.
_PARTS: Mapping[type, tuple[str, ...]] = {
    File: ("items",),
    Block: ("name", "items"),
    Declaration: ("name", "type", "value"),
    Attribute: ("name", "value"),
    After: ("tasks",),
    ReplaceClause: ("old", "new", "times"),
    ResultClause: ("file", "fields"),
    Field: ("name", "type"),
    RepeatClause: ("condition", "bound"),
    TypeName: ("alphabet",),
    Text: ("parts",),
    ListOf: ("items",),
    Logic: ("operands",),
    Binary: ("left", "right"),
    Unary: ("operand",),
    Member: ("object",),
    Index: ("object", "index"),
}


def children(node: Node) -> list[Node]:
    """Return the nodes in ``node``, in the order written."""
    found: list[Node] = []
    for name in _PARTS.get(type(node), ()):
        part = getattr(node, name)
        if type(part) is tuple:
            found += [one for one in part if type(one) is not str]
        elif part is not None:
            found.append(part)
    return found


def touches(span: Span, offset: int) -> bool:
    """Return whether a cursor at ``offset`` is in the text of ``span``, or at one of its ends."""
    return span.start <= offset <= span.end


def path(file: File, offset: int) -> tuple[Node, ...]:
    """Return the nodes around ``offset``, from the file to the smallest."""
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
    """Yield ``node`` and everything in it, in the order written."""
    todo = [node]
    while todo:
        here = todo.pop()
        yield here
        todo += reversed(children(here))


def blocks(file: File, *keywords: str) -> Iterator[Block]:
    """Yield the blocks of these kinds, in the order written."""
    todo: list[Item] = list(reversed(file.items))
    while todo:
        item = todo.pop()
        if isinstance(item, Block):
            if item.keyword in keywords:
                yield item
            todo += reversed(item.items)
