"""What documents read beside themselves, so that a change of it is theirs, too."""

from __future__ import annotations

from pathlib import Path

from ..loader import beside
from ..source import Folder, Source

#: So many places are noted; while a path is typed, each of its beginnings is one.
MOST = 1000


class Noting:
    """Reads what lies beside a source (a :class:`~alw.source.Reader`), and notes its place."""

    def __init__(self) -> None:
        self._places: set[Path] = set()

    @property
    def is_full(self) -> bool:
        """Whether it is time to begin anew, without the names of former texts."""
        return len(self._places) > MOST

    def __call__(self, source: Source, path: str) -> Source:
        """The file at ``path``, which is relative to the folder of ``source``.

        :raises Unreadable: if it cannot be read, or lies outside of the folder.
        """
        self._note(source, path)
        return beside(source, path)

    def folder(self, source: Source, path: str) -> Folder:
        """The folder at ``path``, likewise.

        :raises Unreadable: if there is none, or it lies outside of the folder.
        """
        self._note(source, path)
        return beside.folder(source, path)

    def _note(self, source: Source, path: str) -> None:
        if "\0" not in path:
            self._places.add(Path(source.name).parent / path)

    def concerns(self, changed: Path) -> bool:
        """Whether ``changed`` was asked for, lies in what was, or holds it."""
        places = list(self._places)  # the worker may be adding to them
        return any(changed == p or p in changed.parents or changed in p.parents for p in places)
