"""Numbers of things, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..diagnostics.diagnostic import Diagnostic


def summary(diagnostics: Sequence[Diagnostic], files: int) -> str:
    """How many problems there are, in words."""
    if not diagnostics:
        return f"no problems in {counted(files, 'file')}"
    severities = [d.severity for d in diagnostics]
    counts = [(severities.count(s), s) for s in ("error", "warning")]
    return ", ".join(counted(number, severity) for number, severity in counts if number)


def counted(number: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
