"""The last runs of a document's workflows, which ``alw run`` leaves beside it."""

from __future__ import annotations

import stat
from pathlib import Path

from ..editing.lastrun import FILE, FOLDER, LastRun, last_run
from ..loader import beside
from ..source import Source, Unreadable

#: The largest history that is read, in bytes: a thousand iterations have two or three million.
LARGEST = 8 * 2**20
#: So many places are noted; while a workflow's name is typed, each of its beginnings is one.
MOST = 1000


class LastRuns:
    """Reads histories, and again only if they have changed.

    A workflow without one costs the question whether there is a file.  A new history changes what
    is shown, not what is wrong with the source: the document is not checked again for it.
    """

    def __init__(self) -> None:
        self._known: dict[Path, tuple[tuple[int, ...] | None, LastRun | None]] = {}

    def of(self, workflow: str, source: Source) -> LastRun | None:
        """Return the last run of a workflow of ``source``; only for the worker."""
        if not workflow:
            return None
        if len(self._known) >= MOST:
            self._known = {}
        path = f"{FOLDER}/{workflow}/{FILE}"
        place = Path(source.name).parent / path
        stamp = _stamp(place)
        before = self._known.get(place)
        if before is not None and before[0] == stamp:
            return before[1]
        found = None if stamp is None else _read(workflow, source, path)
        self._known[place] = stamp, found
        return found

    def concerns(self, changed: Path) -> bool:
        """Whether ``changed`` is a file that was asked for, or a folder that it lies in."""
        places = list(self._known)  # the worker may be adding to them
        return any(changed in (place, *place.parents[:2]) for place in places)


def _stamp(place: Path) -> tuple[int, ...] | None:
    """Return what changes when the file does; ``None`` if it is none to read."""
    try:
        status = place.stat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _read(workflow: str, source: Source, path: str) -> LastRun | None:
    try:
        return last_run(beside(source, path).text, source, workflow)
    except Unreadable:
        return None
