"""The datasets that a run reads and makes: which files are in them, and where these lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a dataset.

    :param name: its name in the dataset.
    :param path: where it lies, absolute.
    :param size: in bytes.
    :param mark: changes when the file does.
    """

    name: str
    path: Path
    size: int
    mark: str

    @classmethod
    def at(cls, path: Path) -> StoredFile:
        """Look at the file at ``path``.

        :raises OSError: if there is none.
        """
        found = path.stat()
        mark = f"{found.st_size} {found.st_mtime_ns}"
        return cls(path.name, path.absolute(), found.st_size, mark)


class Datasets:
    """All datasets of a run, by name."""

    def __init__(self, given: Mapping[str, Iterable[StoredFile]]) -> None:
        self._files = {name: {file.name: file for file in files} for name, files in given.items()}
        self._given = frozenset(self._files)

    def make(self, name: str) -> None:
        """Have a dataset that a task begins to write; it is empty at first."""
        if name not in self._given:
            self._files[name] = {}

    def add(self, name: str, file: StoredFile) -> None:
        """Add a file to a dataset that a task writes."""
        self._files.setdefault(name, {})[file.name] = file

    def files(self, name: str) -> Sequence[StoredFile] | None:
        """Return the files of a dataset, sorted by name; ``None`` if there is no such dataset."""
        found = self._files.get(name)
        return None if found is None else [found[file] for file in sorted(found)]

    @property
    def names(self) -> Sequence[str]:
        """Return the names of all datasets that there are."""
        return list(self._files)
