"""Numbers of things, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..text.plural import count

if TYPE_CHECKING:
    from ..diagnostics.diagnostic import Diagnostic


def summarize(diagnostics: Sequence[Diagnostic], files: int) -> str:
    """Return the number of problems, in words."""
    if not diagnostics:
        return f"no problems in {count(files, 'file')}"
    severities = [d.severity for d in diagnostics]
    counts = [(severities.count(s), s) for s in ("error", "warning")]
    return ", ".join(count(number, severity) for number, severity in counts if number)
