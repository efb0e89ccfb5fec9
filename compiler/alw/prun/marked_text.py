"""Text with marks: the parts that only the engine can fill in.

The engine looks for its marks in whatever text a task has.  So text must not hold one by accident,
nor may values bring one about where two parts meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeAlias

from ..check.capabilities import Placeholders
from ..semantics.expr import IterationNumber, ParamValue
from ..semantics.types import STRING, same

#: Stands for a string that only the grid knows.
_VALUE = "\0"
_BETWEEN = re.compile(r"(?=___([a-z]*\0[a-z\0]*)___)")

MarkedText: TypeAlias = tuple[str | ParamValue | IterationNumber, ...]
"""Text with the parts that only the engine can fill in."""


def render(text: MarkedText, placeholders: Placeholders, iteration: str | None = None) -> str:
    """Return ``text`` with the engine's marks.

    :param iteration: is written for the number of the iteration instead of its mark.
    """
    parts: list[str] = []
    for part in text:
        match part:
            case str():
                parts.append(part)
            case ParamValue():
                parts.append(placeholders.param(part.name))
            case IterationNumber():
                parts.append(placeholders.iteration() if iteration is None else iteration)
    return "".join(parts)


def has_only_proper_marks(parts: Iterable[Any], placeholders: Placeholders) -> bool:
    """True if the engine finds the marks of run-time values in a text, and nothing like them.

    :param parts: of the text; what is neither text nor a run-time value cannot be mistaken.
    """
    text, filled, proper = "", "", []
    for part in parts:
        if isinstance(part, ParamValue | IterationNumber):
            proper.append(len(text))
            text += placeholders.param("x")
            filled += _VALUE if same(part.type, STRING) else "0"
        else:
            known = part if isinstance(part, str) else "\n"
            text, filled = text + known, filled + known
    if proper != [match.start() for match in placeholders.reserved.finditer(text)]:
        return False
    return not any(_becomes(match[1], placeholders) for match in _BETWEEN.finditer(filled))


def _becomes(text: str, placeholders: Placeholders) -> bool:
    """True if ``text`` may be the middle of a mark, once its values are put in.

    A value has no three underscores and none at its edges (:func:`~..semantics.types.uncarried`).
    """
    pattern = "".join(".+" if char == _VALUE else re.escape(char) for char in text)
    return bool(re.fullmatch(pattern, placeholders.looked_for_again))
