"""What every word of a source is, for colours that know what a name means."""

from __future__ import annotations

from dataclasses import dataclass

from ..compilation import Analysis
from ..source import Span


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of one line.

    :param type: LSP's name for what it is.
    :param modifiers: LSP's names for how it is: ``declaration``, ``readonly``, ….
    """

    span: Span
    type: str
    modifiers: tuple[str, ...] = ()


def semantic_tokens(analysis: Analysis) -> tuple[Token, ...]:
    """The tokens of the source, in order; none overlaps another."""
    return ()
