"""The last runs of a document's workflows, which ``alw run`` leaves in ``runs``."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from ..driver.loader import beside
from ..editing.lastrun import FILE, FOLDER, LastRun, last_run
from ..text.source import Source, Unreadable

#: The file by which the folder of a run is known.
DATABASE = "run.db"
#: The largest history that is read, in bytes: a thousand iterations have two or three million.
LARGEST = 8 * 2**20
#: So many places are noted; while a workflow's name is typed, each of its beginnings is one.
MOST = 1000


class LastRuns:
    """A reader of histories, which reads one again only if it has changed.

    ``alw run`` makes ``runs`` in the current directory, which is the folder of the source or one
    above it: all those are looked at that an editor has open.  A workflow without a history costs
    a question for each of them.  A new history changes what is shown, not what is wrong with the
    source: the document is not checked again for it.

    :param folders: returns the folders that the editor has open.
    """

    def __init__(self, folders: Callable[[], Sequence[Path]] = list) -> None:
        self._folders = folders
        self._known: dict[Path, tuple[tuple[int, ...] | None, LastRun | None]] = {}

    def of(self, workflow: str, source: Source) -> LastRun | None:
        """Return the last run of a workflow of ``source``; only for the worker."""
        if not workflow:
            return None
        if len(self._known) >= MOST:
            self._known = {}
        file = Path(source.name)
        found = [self._look(workflow, file, folder) for folder in self._places(file)]
        return max(found, key=lambda one: (one[1] is not None, one[0] or ()))[1]

    def _places(self, file: Path) -> Iterator[Path]:
        """Yield the folder of a file, and those above it that belong to the editor's."""
        yield file.parent
        top = next((top for top in self._folders() if top in file.parents), file.parent)
        for folder in file.parents:
            if folder == top:
                break
            yield folder.parent

    def _look(
        self, workflow: str, file: Path, folder: Path
    ) -> tuple[tuple[int, ...] | None, LastRun | None]:
        """Return the stamp of the history in ``folder``, and what it says of ``file``."""
        path = f"{FOLDER}/{workflow}/{FILE}"
        place = folder / path
        stamp = _read_stamp(place)
        before = self._known.get(place)
        if before is None or before[0] != stamp:
            found = None if stamp is None else _read_run(workflow, file, folder, path)
            before = self._known[place] = stamp, found
        return before

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


def _read_stamp(place: Path) -> tuple[int, ...] | None:
    """Return what changes when the file does; ``None`` if it is none to read."""
    try:
        status = place.stat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _read_run(workflow: str, file: Path, folder: Path, path: str) -> LastRun | None:
    try:
        text = beside(Source(str(folder / file.name), ""), path).text
    except Unreadable:
        return None
    return last_run(text, str(file.relative_to(folder)), workflow)
