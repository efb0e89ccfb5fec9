"""The depth of nesting, measured without recursion: a text may nest to any depth."""

from __future__ import annotations

from collections.abc import Sequence

from .tree import Binary, Expr, Index, ListOf, Logic, Member, Unary


def measure_depth(expression: Expr) -> int:
    """Return the depth of ``expression``; without recursion, since it may be very deep."""
    deepest, todo = 0, [(expression, 1)]
    while todo:
        node, level = todo.pop()
        deepest = max(deepest, level)
        match node:
            case Unary():
                children: tuple[object, ...] = (node.operand,)
            case Binary():
                children = (node.left, node.right)
            case Logic():
                children = node.operands
            case Member():
                children = (node.object,)
            case Index():
                children = (node.object, node.index)
            case ListOf():
                children = node.items
            case _:
                children = ()
        todo += [(child, level + 1) for child in children]  # type: ignore[misc]
    return deepest


def count_levels(places: Sequence[tuple[int, int]]) -> int:
    """Return how deeply ``places`` nest."""
    around: list[int] = []
    deepest = 0
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        while around and around[-1] <= start:
            around.pop()
        around.append(end)
        deepest = max(deepest, len(around))
    return deepest
