"""Values in the command of a stored map, until the command is checked."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from ..prun.command import flatten
from ..prun.marked_text import MarkedText, render
from ..prun.plan_context import PlanContext
from ..semantics.expr import IterationNumber, Known, ParamValue, Template, TypedExpr
from ..semantics.program import MapChange, Task
from ..semantics.types import as_text
from ..text.source import Span

Map = dict[str, Any]
#: Are in the place of values until a command is checked: no text holds these characters.
_FIRST = 0xF0000


class InsertedValues:
    """The values that are inserted into a command, each with a character in its place."""

    def __init__(self, made: Map, task: Task) -> None:
        texts = [made, *(r.old for r in task.replacements), *map(_literal, task.replacements)]
        used = set(json.dumps(texts, ensure_ascii=False))
        self._free = (chr(c) for c in range(_FIRST, 0x10FFFE) if chr(c) not in used)
        self._terms: dict[str, TypedExpr] = {}

    def text(self, term: TypedExpr) -> str:
        """Return the text of ``term``, with a character for each value."""
        text = ""
        for part in flatten(term):
            if isinstance(part, str):
                text += part
            else:
                mark = next(self._free)
                self._terms[mark] = part
                text += mark
        return text

    def term(self, text: str, span: Span) -> Template:
        """Return a text with values in it as an author would write it."""
        pieces = re.split(f"([{re.escape(''.join(self._terms))}])", text) if self._terms else [text]
        parts = [self._terms.get(piece, piece) for piece in pieces if piece]
        return Template(tuple(parts), span)

    def put_into(self, value: Any, context: PlanContext) -> Any:
        """Return ``value`` with the known values, and the engine's marks for the others."""
        if isinstance(value, dict):
            return {key: self.put_into(item, context) for key, item in value.items()}
        if isinstance(value, list):
            return [self.put_into(item, context) for item in value]
        if isinstance(value, str):
            for mark, term in self._terms.items():
                text = render(_text(term), context.placeholders)
                value = value.replace(mark, text).replace(quote(mark), quote(text))
        return value


def _literal(replacement: MapChange) -> str:
    return "".join(part for part in flatten(replacement.new) if isinstance(part, str))


def _text(term: TypedExpr) -> MarkedText:
    return (term,) if isinstance(term, ParamValue | IterationNumber) else (known_part(term),)


def known_part(term: TypedExpr) -> str:
    """Return the text of a known value; empty for others."""
    return as_text(term.value) if isinstance(term, Known) else ""
