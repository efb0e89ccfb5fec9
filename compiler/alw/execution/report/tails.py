"""The end of what a job wrote."""

from __future__ import annotations

from pathlib import Path

from ..logs import last_lines

_BYTES = 2000
_LINES = 12


def tail(job_folder: Path) -> tuple[str, list[str]]:
    """Return the name of a job's log and its last lines.

    ``stderr``, or ``stdout`` if nothing stands there; empty names if there is neither.
    """
    for name in ("stderr", "stdout"):
        lines = last_lines(job_folder / name, _LINES, _BYTES)
        if lines:
            return name, lines
    return "", []
