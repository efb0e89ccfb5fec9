"""The sources named on the command line: files, and all in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

#: Marks a virtual environment (PEP 405), whose files are not the user's.
_MARK = "pyvenv.cfg"


def find_sources(names: Iterable[str]) -> tuple[str, ...]:
    """Return the files that ``names`` mean, each once, in the order of the names.

    A folder means the ``.alw`` files in it and below, sorted; hidden folders and virtual
    environments are left out.  ``-`` stays, and so does a name of nothing.
    """
    found: dict[str, str] = {}
    for name in _walk_sources(names):
        found.setdefault(name if name == "-" else os.path.realpath(name), name)
    return tuple(found.values())


def is_folder(name: str) -> bool:
    """True if ``name`` is that of a folder."""
    with suppress(OSError, ValueError):  # cannot be the name of anything
        return name not in ("", "-") and Path(name).is_dir()
    return False


def _walk_sources(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if not is_folder(name):
            yield name
            continue
        for folder, inner, files in os.walk(name):
            if _MARK in files:
                inner.clear()
                continue
            inner[:] = sorted(one for one in inner if not one.startswith("."))
            yield from (str(Path(folder, one)) for one in sorted(files) if one.endswith(".alw"))
