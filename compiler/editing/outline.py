"""The structure of a source: its symbols, and what can be folded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..compilation import Analysis
from ..source import Span


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something with a name, and what stands in it.

    :param kind: how the language calls it: ``workflow``, ``task``, ``param``, ``field``, …
    """

    name: str
    detail: str
    kind: str
    span: Span
    name_span: Span
    children: tuple[Symbol, ...] = ()


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines that can be folded to the first of them."""

    span: Span
    kind: Literal["region", "comment"]


def outline(analysis: Analysis) -> tuple[Symbol, ...]:
    """The symbols at the top of the source, with those in them."""
    return ()


def folds(analysis: Analysis) -> tuple[Fold, ...]:
    """Blocks, results, lists and runs of comments of more than one line, in order."""
    return ()
