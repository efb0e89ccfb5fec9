"""The way in which the phases of parsing report."""

from __future__ import annotations

from typing import Protocol

from ..diagnostics.diagnostic import Fix
from ..diagnostics.rules import Rule
from ..text.source import Span


class Report(Protocol):
    """A function that takes a problem of a text."""

    def __call__(
        self, rule: Rule, span: Span, message: str, help: str, fix: Fix | None = None, /
    ) -> None:
        """Report it."""
        ...
