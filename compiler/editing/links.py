"""The files, folders and addresses that a source names."""

from __future__ import annotations

from dataclasses import dataclass

from ..compilation import Analysis
from ..source import Span


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere.

    :param span: without the quotes.
    :param path: relative to the folder of the source, or an ``https://`` address.
    """

    span: Span
    path: str


def links(analysis: Analysis) -> tuple[Link, ...]:
    """Every map and sandbox, in order."""
    return ()
