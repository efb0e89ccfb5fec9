"""Text that an engine would take for a mark of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..semantics.expr import IterationNumber, ParamValue
from ..semantics.types import STRING, same

#: Stands for a string that only the grid knows.
_VALUE = "\0"
_BETWEEN = re.compile(r"(?=___([a-z]*\0[a-z\0]*)___)")

if TYPE_CHECKING:
    from .model import Placeholders


def only_proper_marks(parts: Iterable[Any], placeholders: Placeholders) -> bool:
    """Whether the engine finds the marks of run-time values in a text, and nothing like them.

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
    """Return whether ``text`` may be the middle of a mark, once its values are put in.

    A value has no three underscores and none at its edges (:mod:`.epilogue`).
    """
    pattern = "".join(".+" if char == _VALUE else re.escape(char) for char in text)
    return bool(re.fullmatch(pattern, placeholders.looked_for_again))
