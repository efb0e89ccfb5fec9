"""Names: where they are defined, where they are used, and how to change them."""

from __future__ import annotations

from ..compilation import Analysis
from ..diagnostics import Edit
from ..source import Span


class CannotRename(Exception):
    """The name cannot be changed, or not to this one; the message says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def definition(analysis: Analysis, offset: int) -> Span | None:
    """The name where the thing at ``offset`` is defined."""
    return None


def references(analysis: Analysis, offset: int, declaration: bool) -> tuple[Span, ...]:
    """Every mention of the thing at ``offset``, in order.

    :param declaration: whether its definition is one of them.
    """
    return ()


def occurrence(analysis: Analysis, offset: int) -> Span | None:
    """The name at ``offset``, if it can be renamed."""
    return None


def rename(analysis: Analysis, offset: int, new_name: str) -> tuple[Edit, ...]:
    """The edits that give the thing at ``offset`` another name everywhere.

    :raises CannotRename: if it has no name of the author's, or cannot have this one.
    """
    raise CannotRename("there is no name here that could be changed")
