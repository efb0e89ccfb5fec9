"""What can be written at the cursor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..compilation import Analysis
from ..source import Span

Kind: TypeAlias = Literal[
    "variable",
    "constant",
    "field",
    "property",
    "keyword",
    "type",
    "value",
    "task",
    "function",
    "snippet",
]


@dataclass(frozen=True, slots=True)
class Completion:
    """One offer.

    :param documentation: as Markdown.
    :param insert: what the text of ``span`` becomes.
    :param snippet: whether ``insert`` has LSP's ``$1`` where the author goes on.
    """

    label: str
    kind: Kind
    detail: str
    documentation: str
    insert: str
    span: Span
    snippet: bool = False


def completions(analysis: Analysis, offset: int) -> tuple[Completion, ...]:
    """What can be written at ``offset``, whatever stands around it."""
    return ()
