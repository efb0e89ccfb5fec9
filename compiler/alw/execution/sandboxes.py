"""The archives that jobs unpack, written into the run's folder."""

from __future__ import annotations

import tarfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..panda.archives import place_in
from .worker import unpack

if TYPE_CHECKING:
    from ..driver.result import CompiledWorkflow
    from ..sandbox.archive import Archive


class Sandboxes:
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
        place = place_in(task_map)
        archive = self._archives.get(place.name) if place else None
        if place is None or archive is None:
            return None, {}
        file = self._folder / place.name
        if place.name not in self._marks:
            _write(archive, file)
            unpack(file, self._tree(file))
            self._marks[place.name] = _marks(file)
        return self._tree(file), self._marks[place.name]

    def elsewhere(self, task_map: Mapping[str, Any]) -> str:
        """Return the name of an archive that a task's jobs unpack, and that is not here.

        :returns: an empty text if there is none, or if it is here.
        """
        place = place_in(task_map)
        return place.name if place and place.name not in self._archives else ""

    def _tree(self, file: Path) -> Path:
        return file.with_name(file.name.removesuffix(".tar.gz"))


def _write(archive: Archive, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    made = file.with_name(f".{file.name}")
    with open(made, "wb") as out:
        for chunk in archive.chunks():
            out.write(chunk)
    made.replace(file)


def _marks(file: Path) -> dict[str, str]:
    marks = {}
    with tarfile.open(file) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            digest = sha256(content.read()).hexdigest() if content else ""
            marks[member.name] = f"{member.mode:o} {digest}"
    return marks
