"""Alignment: the equals signs and braces of neighbouring items are under each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..syntax.tree import Attribute, Block, Declaration, Item, ReplaceClause
from .measures import WIDTH, Measures

#: A longer head is not aligned: others would be far from their values.
LONGEST = 50
#: ``replace``, under which its ``with`` is.
REPLACE = len("replace")


@dataclass(frozen=True, slots=True)
class AlignedItem:
    """An item of a body, and how it is written."""

    item: Item
    first: int
    """Its first piece."""
    last: int
    flat: bool
    """True if all of it is on one line: a block with its braces, a replacement."""
    joint: int | None
    """The piece that is aligned with those of its neighbours: an equals sign, a brace."""
    pad: int = 0
    """Blanks for that, besides the usual one."""


def align_items(
    items: Sequence[Item], end: int, column: int, measures: Measures
) -> list[AlignedItem]:
    """Return how the items of a body are written whose lines start at ``column``.

    :param end: the piece after the last item.
    """
    starts = [measures.index[item.span.start] for item in items]
    alone = [
        _place(item, first, following - 1, column, measures)
        for item, first, following in zip(items, starts, [*starts, end][1:], strict=True)
    ]
    found: list[AlignedItem] = []
    run: list[AlignedItem] = []
    for one in alone:
        if run and not _continues(run[-1], one, measures):
            found += _align(run, column, measures)
            run = []
        run.append(one)
    return found + _align(run, column, measures)


def _place(item: Item, first: int, last: int, column: int, measures: Measures) -> AlignedItem:
    match item:
        case Block():
            joint = measures.index[item.name.span.start] + 1
            return AlignedItem(
                item, first, last, _is_flat(item, first, joint, column, measures), joint
            )
        case ReplaceClause():
            word = measures.index[item.new.span.start] - 1
            wide = column + measures.width(first, last) > WIDTH
            pieces = measures.pieces
            flat = not (
                measures.is_split(first, last)
                or (pieces[word].before.newline)
                or (wide and not pieces[word].is_glued)
            )
            return AlignedItem(item, first, last, flat, word)
        case Attribute():
            return AlignedItem(item, first, last, False, _equals(first, measures))
        case Declaration(value=value) if value is not None:
            return AlignedItem(item, first, last, False, _equals(first, measures))
    return AlignedItem(item, first, last, False, None)


def _equals(first: int, measures: Measures) -> int:
    while measures.pieces[first].text != "=":
        first += 1
    return first


def _is_flat(block: Block, first: int, opening: int, column: int, measures: Measures) -> bool:
    if measures.is_split(first, opening):
        return False
    may_nest = measures.pieces[opening + 1].is_glued
    if not may_nest and any(isinstance(item, Block) for item in block.items):
        return False
    return measures.may_be_flat(opening, column + measures.width(first, opening) - 1)


def _kind(one: AlignedItem) -> str:
    match one.item:
        case Declaration():
            return "declaration"
        case Attribute():
            return "attribute"
        case ReplaceClause():
            return "" if one.flat else "attribute"
        case Block():
            return "block" if one.flat else ""
    return ""


def _continues(before: AlignedItem, one: AlignedItem, measures: Measures) -> bool:
    """True if ``one`` is under ``before``, and of its kind."""
    above, piece = measures.pieces[before.first], measures.pieces[one.first]
    if above.is_glued or piece.is_glued or _kind(before) != _kind(one):
        return False
    gap = piece.before
    return not (gap.blank or any(comment.blank for comment in gap.comments))


def _head(one: AlignedItem, measures: Measures) -> int:
    """Return the width of the part before the joint; 0 if it cannot be aligned."""
    if isinstance(one.item, ReplaceClause):
        return REPLACE
    if one.joint is None or measures.is_split(one.first, one.joint):
        return 0
    width = measures.width(one.first, one.joint - 1)
    return width if width <= LONGEST else 0


def _align(run: Sequence[AlignedItem], column: int, measures: Measures) -> list[AlignedItem]:
    heads = [_head(one, measures) if _kind(one) else 0 for one in run]
    widest = max(heads, default=0)
    pads = [widest - head if head else 0 for head in heads]
    found = [
        AlignedItem(one.item, one.first, one.last, one.flat, one.joint, pad)
        for one, pad in zip(run, pads, strict=True)
    ]
    if any(_is_too_wide(one, column, measures) for one in found):
        return list(run)
    return found


def _is_too_wide(one: AlignedItem, column: int, measures: Measures) -> bool:
    """True if a block on one line has no room for the blanks."""
    if not isinstance(one.item, Block) or not one.pad:
        return False
    return column + measures.width(one.first, one.last) + one.pad > WIDTH
