"""The values that fit at a cursor: what a command may use, a dataset's name may not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..panda.attributes import canonical, option
from ..syntax.lexer import WORDS, Token
from .cursor import Context

Uses: TypeAlias = Literal["known", "command", "text", "name", "condition", "sandbox"]
"""``known``: inputs and constants only; ``command``: also parameters, the iteration and files;
``text``: also datasets; ``name``: of a dataset, also the iteration."""

_NUMBERS = ("int", "float")
#: The types that fit where one is wanted.
_FITTING: Mapping[str, tuple[str, ...]] = {
    "int": ("int",),
    "float": _NUMBERS,
    "bool": ("bool",),
    "string": ("string",),
    "dataset": ("dataset", "string"),
}
_KINDS: Mapping[str, tuple[str, ...]] = {"flag": ("bool",), "int": ("int",)}
_TEXTS = ("string", "dataset", "int", "float")
_SCALARS = (*_TEXTS, "bool")


@dataclass(frozen=True, slots=True)
class ValueContext:
    """A place for a value.

    :param types: of values that may stand there.
    :param choices: the values that an option of prun takes.
    :param attribute: what is set, under prun's name; empty if it is no attribute.
    """

    uses: Uses
    types: tuple[str, ...] = _SCALARS
    choices: tuple[object, ...] = ()
    attribute: str = ""


def value_context(context: Context, whole: bool) -> ValueContext:
    """Return which values fit at the cursor.

    :param whole: whether the value is to be all of what is set, not a part of an expression.
    """
    head = context.item[0].text if context.item else ""
    found = _of_item(context, head)
    if _is_number_of_output(context.item if context.hole is None else context.hole):
        return ValueContext("known", ("int",))
    if context.hole is not None:
        hole = _without_owner(context.hole)
        if not hole and not context.joined:
            return ValueContext(found.uses)
        # iDDS inserts values and computes nothing
        calculates = hole and hole[-1].text in _ARITHMETIC
        return ValueContext("known", _NUMBERS if calculates else _SCALARS)
    if context.item and context.item[-1].text in _ARITHMETIC:
        return ValueContext(found.uses, _NUMBERS)
    if whole:
        return found
    listed = context.item and context.item[-1].text in ("[", ",")
    return ValueContext(found.uses, _TEXTS if listed else _SCALARS)


def _without_owner(row: tuple[Token, ...]) -> tuple[Token, ...]:
    """The pieces before the thing whose member the cursor stands at."""
    return row[:-2] if row and row[-1].text == "." else row


def _is_number_of_output(row: Sequence[Token]) -> bool:
    """Return whether the cursor is after ``TASK.outputs[``."""
    return len(row) > 2 and row[-1].text == "[" and row[-2].text == "outputs"


_ARITHMETIC = ("+", "-", "*", "/", "//", "%", "<", "<=", ">", ">=")


def _of_item(context: Context, head: str) -> ValueContext:
    row = context.item
    if len(row) > 1 and row[1].text == "=":
        return _of_attribute(context, head)
    if head in ("input", "const", "param"):
        typed = row[3].text if len(row) > 3 else ""
        return ValueContext("known", _FITTING.get(typed, _SCALARS))
    if head == "repeat":
        bound = any(piece.text == "most" for piece in row)
        return ValueContext("known", ("int",)) if bound else ValueContext("condition")
    if head == "replace":
        new = any(piece.text == "with" and piece.kind in WORDS for piece in row)
        return ValueContext("command" if new else "known")
    return ValueContext("known")


def _of_attribute(context: Context, name: str) -> ValueContext:
    if context.body not in ("task", "learn"):
        return ValueContext("known", ("string",))
    known = canonical(name, context.body == "learn")
    if known in ("exec", "arguments"):
        return ValueContext("command", ("string",), (), known)
    if known == "outDS":
        return ValueContext("name", ("string",), (), known)
    if known == "sandbox":
        return ValueContext("sandbox", ("string",), (), known)
    found = option(known) if known else None
    if found is None or known is None:
        return ValueContext("known", ("string",), (), known or "")
    uses: Uses = "text" if found.kind in ("string", "list") and known != "outputs" else "known"
    return ValueContext(uses, _KINDS.get(found.kind, _TEXTS), found.choices, known)
