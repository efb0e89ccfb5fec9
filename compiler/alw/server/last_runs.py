"""The last runs of a document's workflows, which ``alw run`` leaves beside it."""

from __future__ import annotations

import stat
from collections.abc import Iterable
from pathlib import Path

from ..driver.loader import beside
from ..editing.lastrun import FILE, FOLDER, LastRun, last_run
from ..text.source import Source, Unreadable

#: What shows that a folder is that of a run.
DATABASE = "run.db"
#: The largest history that is read, in bytes: a thousand iterations have two or three million.
LARGEST = 8 * 2**20
#: So many places are noted; while a workflow's name is typed, each of its beginnings is one.
MOST = 1000


class LastRuns:
    """A reader of histories, which reads one again only if it has changed.

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
        """True if ``changed`` is a file that was asked for, or a folder that it lies in."""
        places = list(self._known)  # the worker may be adding to them
        return any(changed in (place, *place.parents[:2]) for place in places)


def exclude_job_files(paths: Iterable[Path]) -> set[Path]:
    """Return ``paths`` without what lies deep in the folder of a run.

    A run writes thousands of files, which are nobody's source.
    """
    known: dict[Path, bool] = {}
    return {path for path in paths if not _is_of_job(path, known)}


def _is_of_job(path: Path, known: dict[Path, bool]) -> bool:
    if FOLDER not in path.parts:
        return False
    above = list(path.parents)
    # of runs/w/iterations/1/…: runs/w, but not of runs/w/history.json
    for run, runs in zip(above[1:], above[2:], strict=False):
        if runs.name == FOLDER:
            if run not in known:
                known[run] = (run / DATABASE).is_file()
            if known[run]:
                return True
    return False


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
