"""The end of what a job wrote."""

from __future__ import annotations

import os
from pathlib import Path

from ..text.reading import open_regular

#: How much of a log a report shows.
_TAIL_LINES, _TAIL_BYTES = 12, 2000


def read_last_lines(log: Path, most: int = 10, most_bytes: int = 4000) -> list[str]:
    """Return the last lines of a log, the first of them whole; none if it cannot be read.

    :param most: how many lines.
    :param most_bytes: how much of the file is read.
    """
    try:
        with open_regular(log) as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - most_bytes, 0))
            content = file.read(most_bytes)
    except (OSError, ValueError):  # not there, or no file
        return []
    lines = content.decode(errors="replace").rstrip().splitlines()
    if size > most_bytes and len(lines) > 1:
        del lines[0]  # it is cut
    return lines[-most:]


def find_log_tail(job_folder: Path) -> tuple[str, list[str]]:
    """Return the name of a job's log and its last lines.

    ``stderr``, or ``stdout`` if ``stderr`` is empty; an empty name if both are.
    """
    for name in ("stderr", "stdout"):
        lines = read_last_lines(job_folder / name, _TAIL_LINES, _TAIL_BYTES)
        if lines:
            return name, lines
    return "", []
