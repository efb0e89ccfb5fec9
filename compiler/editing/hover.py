"""What the thing under the cursor is: type, value, where it is bound, what it compiles to."""

from __future__ import annotations

from dataclasses import dataclass

from ..compilation import Analysis
from ..source import Span


@dataclass(frozen=True, slots=True)
class Hover:
    """What to show about the text of ``span``, as Markdown."""

    span: Span
    markdown: str


def hover(analysis: Analysis, offset: int) -> Hover | None:
    """What there is to say about what stands at ``offset``."""
    return None
