"""What a name stands for, shown beside it."""

from __future__ import annotations

from dataclasses import dataclass

from ..compilation import Analysis


@dataclass(frozen=True, slots=True)
class Hint:
    """A remark at an offset; the text itself does not have it."""

    offset: int
    label: str
    tooltip: str = ""


def hints(analysis: Analysis) -> tuple[Hint, ...]:
    """The hints of the source, in order."""
    return ()
