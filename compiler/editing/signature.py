"""The form of the construct at the cursor, and which part of it is being written."""

from __future__ import annotations

from dataclasses import dataclass

from ..compilation import Analysis


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


def signature(analysis: Analysis, offset: int) -> Signature | None:
    """The form of what is being written at ``offset``."""
    return None
