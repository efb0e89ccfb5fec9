"""The end of what a job wrote."""

from __future__ import annotations

import os
from pathlib import Path

from ...reading import open_regular

_BYTES = 2000
_LINES = 12


def tail(job_folder: Path) -> tuple[str, list[str]]:
    """Return the name of a job's log and its last lines.

    ``stderr``, or ``stdout`` if nothing stands there; empty names if there is neither.
    """
    for name in ("stderr", "stdout"):
        lines = _last_lines(job_folder / name)
        if lines:
            return name, lines
    return "", []


def _last_lines(path: Path) -> list[str]:
    try:
        with open_regular(path) as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - _BYTES, 0))
            content = file.read(_BYTES)
    except (OSError, ValueError):  # not there, or no file
        return []
    lines = content.decode(errors="replace").rstrip().splitlines()
    if size > _BYTES and len(lines) > 1:
        del lines[0]  # it is cut
    return lines[-_LINES:]
