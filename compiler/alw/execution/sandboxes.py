"""The archives that jobs unpack, written into the run's folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..panda.archives import find_place
from ..writing.atomic import replace_file
from .worker import unpack

if TYPE_CHECKING:
    from ..driver.result import CompiledWorkflow
    from ..sandbox.archive import Archive

_CHUNK = 1 << 20


class SandboxStore:
    """The sandboxes of a workflow.

    :param folder: where the archives are written, each when it is first needed.
    """

    def __init__(self, workflow: CompiledWorkflow, folder: Path) -> None:
        self._archives = workflow.sandboxes
        self._folder = folder
        self._marks: dict[str, dict[str, str]] = {}

    def of(self, task_map: Mapping[str, Any]) -> tuple[Path | None, Mapping[str, str]]:
        """Return the folder of what a task's jobs unpack, and a mark of each file in it.

        :raises OSError: if it cannot be written, or its files have changed since they were
            compiled.
        :raises WorkerError: if it cannot be unpacked.
        """
        place = find_place(task_map)
        archive = self._archives.get(place.name) if place else None
        if place is None or archive is None:
            return None, {}
        file = self._folder / place.name
        if place.name not in self._marks:
            _write_archive(archive, file)
            unpack(file, self._tree(file))
            self._marks[place.name] = _mark_files(self._tree(file))
        return self._tree(file), self._marks[place.name]

    def elsewhere(self, task_map: Mapping[str, Any]) -> str:
        """Return the name of an archive that a task's jobs unpack, and that is not here.

        :returns: an empty text if there is none, or if it is here.
        """
        place = find_place(task_map)
        return place.name if place and place.name not in self._archives else ""

    def _tree(self, file: Path) -> Path:
        return file.with_name(file.name.removesuffix(".tar.gz"))


def _write_archive(archive: Archive, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, archive.chunks())


def _mark_files(tree: Path) -> dict[str, str]:
    """Return a mark of each file in ``tree``, by its path: whether it is executable, and a hash."""
    marks = {}
    for folder, inner, files in os.walk(tree):
        here = Path(folder)
        for path in (here / name for name in files):
            mode = "755" if path.stat().st_mode & stat.S_IXUSR else "644"
            with open(path, "rb") as file:
                digest = sha256()
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
            marks[path.relative_to(tree).as_posix()] = f"{mode} {digest.hexdigest()}"
        if not inner and not files and here != tree:
            marks[here.relative_to(tree).as_posix()] = "755 "
    return marks
