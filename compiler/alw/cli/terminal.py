"""Capabilities of output streams."""

from __future__ import annotations

import os
from typing import TextIO

_USUAL = 100


def has_colour(stream: TextIO | None) -> bool:
    """True if output to ``stream`` is to be coloured.

    Terminals get colour.  NO_COLOR (https://no-color.org) and FORCE_COLOR
    (https://force-color.org) decide otherwise when set and not empty, in this order.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return os.environ.get("TERM") != "dumb" and is_terminal(stream)


def width_of(stream: TextIO | None) -> int:
    """Return the width of the terminal of ``stream``; a usual one if there is none."""
    if stream is None or not is_terminal(stream):
        return _USUAL
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL
    except (OSError, ValueError):
        return _USUAL


def is_terminal(stream: TextIO | None) -> bool:
    """True if ``stream`` is a terminal."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False
