"""The end of what a job wrote."""

from __future__ import annotations

import os
from pathlib import Path

from ..text.reading import open_regular


def last_lines(log: Path, most: int = 10, most_bytes: int = 4000) -> list[str]:
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
