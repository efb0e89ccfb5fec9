"""Slots: the kind of text that fits at a cursor, whichever names there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..syntax.lexer import NUMBERS, OPERATORS, STRINGS, WORDS, Token
from .cursor import Context, demands, nesting_of

_DECLARATIONS = ("input", "const", "param")


@dataclass(frozen=True, slots=True)
class Slot:
    """The kind of text that fits at a cursor.

    :param kind: ``item``: what begins an item; ``words``: only the keywords; ``waits``: a name
        of ``after``; ``field``: a name in a result; ``text``: a string's own text.
    :param words: keywords that go on with the item before the cursor.
    :param owner: of a member, what it is one of.
    :param whole: whether a value is all of an attribute's or declaration's value.
    """

    kind: Literal["none", "item", "words", "type", "value", "member", "waits", "field", "text"]
    words: tuple[str, ...] = ()
    owner: str = ""
    whole: bool = False


_NONE = Slot("none")


def slot(context: Context) -> Slot:
    """Return the kind of text that fits at the cursor of ``context``."""
    if context.silent:
        return _NONE
    if context.string is not None:
        return Slot("text") if context.hole is None else _in_hole(context.hole)
    row = context.item
    if len(row) > 1 and row[-1].text == ".":
        return _member(row)
    if context.body == "result":
        return _in_result(row)
    return _in_item(context, row) if row else Slot("item")


def _in_hole(row: Sequence[Token]) -> Slot:
    if not row:
        return Slot("value")
    if row[-1].text == ".":
        return _member(row)
    return Slot("value") if demands(row[-1]) else _NONE


def _member(row: Sequence[Token]) -> Slot:
    named = len(row) > 1 and row[-2].kind in WORDS
    chained = len(row) > 2 and row[-3].text == "."
    return Slot("member", owner=row[-2].text) if named and not chained else _NONE


def _in_result(row: Sequence[Token]) -> Slot:
    if not row or row[-1].text == ",":
        return Slot("field")
    return Slot("type") if row[-1].text == ":" else _NONE


def _in_item(context: Context, row: Sequence[Token]) -> Slot:
    head = row[0].text
    if head in _DECLARATIONS and row[0].kind in WORDS and not _is_set(row[:2]):
        return _in_declaration(context, row)
    if _is_set(row[:2]):
        return _in_value(context, row)
    if head in _WRITTEN:
        return _WRITTEN[head](context, row)
    return _NONE


def _is_set(row: Sequence[Token]) -> bool:
    """Return whether it is an attribute and its ``=``."""
    return len(row) > 1 and row[1].text == "="


def _in_declaration(context: Context, row: Sequence[Token]) -> Slot:
    if len(row) < 3:
        return _NONE
    if any(piece.text == "=" for piece in row):
        return _in_value(context, row)
    if row[-1].text == ":":
        return _NONE if context.fresh else Slot("type")
    if row[-1].text == "of":
        return _NONE
    return Slot("item", ("of",) if row[-1].text == "string" and not context.fresh else ())


def _in_value(context: Context, row: Sequence[Token]) -> Slot:
    """Behind ``=``."""
    last = row[-1]
    if last.text == "=" and last.kind in OPERATORS:
        return Slot("item") if context.fresh else Slot("value", whole=True)
    if demands(last):
        return Slot("value")
    return _NONE if nesting_of(row) > 0 else Slot("item")


def _after(context: Context, row: Sequence[Token]) -> Slot:
    if row[-1].text == ",":
        return Slot("waits")
    if len(row) == 1:
        return Slot("item") if context.fresh else Slot("waits")
    return Slot("item")


def _replace(context: Context, row: Sequence[Token]) -> Slot:
    last = row[-1]
    if last.kind in STRINGS:
        written = any(piece.text == "with" for piece in row)
        return Slot("item") if written else Slot("words", ("with",))
    if last.kind in NUMBERS:
        return Slot("words", ("times",))
    return Slot("item") if last.text == "times" else _NONE


def _repeat(context: Context, row: Sequence[Token]) -> Slot:
    last = row[-1].text
    words = {piece.text for piece in row if piece.kind in WORDS}
    if last == "repeat":
        return Slot("words", ("while", "at most"))
    if last == "at":
        return Slot("words", ("most",))
    if last == "times":
        return Slot("item")
    if demands(row[-1]):
        return Slot("value", whole=last in ("while", "most"))
    if nesting_of(row) > 0:
        return Slot("words", ("and", "or"))
    return Slot("words", ("times",) if "most" in words else ("and", "or", "at most"))


_WRITTEN = {"after": _after, "replace": _replace, "repeat": _repeat}
