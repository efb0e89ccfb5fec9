"""The dependencies of documents: the files and folders that they read, whose changes are theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..driver.loader import beside
from ..text.source import Entry, Folder, Source

#: So many places are noted; while a path is typed, each of its beginnings is one.
MOST = 1000


class DependencyTracker:
    """A :class:`~alw.text.source.Reader` of what lies beside a source, which notes the places."""

    def __init__(self) -> None:
        self._places: set[Path] = set()
        self._holding: set[Path] = set()
        self._listed: dict[Path, frozenset[str]] = {}

    @property
    def is_full(self) -> bool:
        """True if it is time to begin anew, without the names of former texts."""
        return len(self._places) > MOST

    def __call__(self, source: Source, path: str) -> Source:
        """Return the file at ``path``, which is relative to the folder of ``source``.

        :raises Unreadable: if it cannot be read, or lies outside of the folder.
        """
        self._note(source, path)
        return beside(source, path)

    def folder(self, source: Source, path: str) -> Folder:
        """Return the folder at ``path``, likewise."""
        place = self._note(source, path)
        return _TrackedFolder(beside.folder(source, path), place, self._listed, self._hold)

    def _note(self, source: Source, path: str) -> Path:
        place = Path(source.name).parent / path.split("\0")[0]
        self._places.add(place)
        self._hold(place)
        return place

    def _hold(self, place: Path) -> None:
        self._holding.add(place)
        self._holding.update(place.parents)

    def concerns(self, changed: Path) -> bool:
        """True if ``changed`` was read or listed, or holds what was.

        A folder that was seen in a list, but not looked into, may change inside.
        """
        # only questions that the worker may answer with what it is adding
        if changed in self._holding:
            return True
        below = changed
        for above in changed.parents:
            names = self._listed.get(above)
            if names is not None:
                return below == changed or below.name not in names
            if above in self._places:
                return True  # it could not be listed when it was asked for
            below = above
        return False


@dataclass(frozen=True, slots=True)
class _TrackedFolder:
    """A folder (a :class:`~alw.text.source.Folder`) that notes which of its folders are listed."""

    folder: Folder
    place: Path
    listed: dict[Path, frozenset[str]]
    hold: Callable[[Path], None]

    @property
    def name(self) -> str:
        return self.folder.name

    def entries(self, path: str) -> Iterable[Entry]:
        place = self.place / path
        self.listed[place] = frozenset()
        self.hold(place)
        found = list(self.folder.entries(path))
        self.listed[place] = frozenset(entry.name for entry in found)
        return found

    def chunks(self, path: str) -> Iterator[bytes]:
        return self.folder.chunks(path)
