"""The form of the construct at the cursor, and which part of it is being written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..driver.result import Analysis
from ..syntax.lexer import STRINGS, Token
from .cursor import Context, context
from .vocabulary import FORMS


@dataclass(frozen=True, slots=True)
class Signature:
    """A form such as ``param NAME: TYPE = VALUE``.

    :param documentation: as Markdown.
    :param parameters: where its parts stand in ``label``.
    :param active: the part that is being written.
    """

    label: str
    documentation: str
    parameters: tuple[tuple[int, int], ...]
    active: int


_DECLARATIONS = ("input", "const", "param")


def signature(analysis: Analysis, offset: int) -> Signature | None:
    """Return the form of what is being written at ``offset``."""
    here = context(analysis.source.text, offset)
    if here.silent and here.item[-1:] and here.item[-1].kind == "COMMENT":
        return None
    if here.body == "result" and here.hole is None:
        last = here.item[-1].text if here.item else ""
        typed = last == ":" or (len(here.item) > 1 and here.item[-2].text == ":")
        return _form("result", 2 if typed else 1)
    if not here.item:
        return None
    head = here.item[0].text
    active = _active(here, head)
    return None if active is None else _form(head, active)


def _form(keyword: str, active: int) -> Signature:
    form = FORMS[keyword]
    return Signature(form.label, form.documentation, form.places(), active)


def _active(here: Context, head: str) -> int | None:
    """Return which part of the form ``head`` is written; ``None`` if none is."""
    row = here.item
    words = [piece.text for piece in row if piece.kind not in STRINGS]
    if "=" in words[1:2]:
        return None
    if head in _DECLARATIONS:
        done = len(row) > 3 or (len(row) > 2 and row[-1].text != ":")
        if here.fresh and done and row[-1].text != "=":
            return None
        return 2 if "=" in words else 1 if ":" in words else 0
    if head == "repeat":
        if "times" in words or (here.fresh and len(row) == 1):
            return None
        return 1 if "at" in words else 0
    if head == "result":
        return 0
    if head == "after":
        return None if here.fresh else 0
    if head == "replace":
        return _find_replaced(here, row, words)
    return None


def _find_replaced(here: Context, row: Sequence[Token], words: Sequence[str]) -> int | None:
    if "with" not in words:
        return 0
    behind = [piece.text for piece in row].index("with") + 1
    if here.string is not None or len(row) == behind:
        return 1
    return None if here.fresh or "times" in words else 2
