"""A folder on the disk: its files, and nothing outside of the source's own folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from .reading import open_regular
from .source import Entry, EntryKind, Unreadable

_CHUNK = 2**20


class DiskFolder:
    """A folder on the disk (a :class:`~.source.Folder`).

    :param name: the name by which users know it.
    :param place: where it is, links resolved.
    :param limit: the folder outside of which nothing is read, likewise.
    """

    def __init__(self, name: str, place: Path, limit: Path) -> None:
        self._name = name
        self._place = place
        self._limit = limit

    @property
    def name(self) -> str:
        """The name by which users know it."""
        return self._name

    def entries(self, path: str) -> Iterator[Entry]:
        """Yield the entries of it, or of a folder below it; in no order.

        :raises Unreadable: if it cannot be read.
        """
        try:
            with os.scandir(self._place / path) as found:
                for entry in found:
                    yield self._entry(entry)
        except (OSError, ValueError) as error:
            raise _unreadable(path or ".", error) from None

    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield the content of a file in it, piece by piece.

        :raises Unreadable: if it cannot be read.
        """
        try:
            real = os.path.realpath(self._place / path)
            if not self._may_read(real):
                raise Unreadable(f"'{path}' points outside the folder of the source")
            with open_regular(real) as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except (OSError, ValueError) as error:
            raise _unreadable(path, error) from None

    def _may_read(self, real: str) -> bool:
        return Path(real).is_relative_to(self._limit)

    def _entry(self, found: os.DirEntry[str]) -> Entry:
        if found.is_symlink():
            return self._link(found)
        if found.is_dir(follow_symlinks=False):
            return Entry(found.name, EntryKind.FOLDER)
        return _file(found.name, found.stat(follow_symlinks=False))

    def _link(self, found: os.DirEntry[str]) -> Entry:
        real = os.path.realpath(found.path)
        try:
            status = Path(real).stat()
        except OSError:
            return Entry(found.name, EntryKind.BROKEN)
        if stat.S_ISDIR(status.st_mode):
            return Entry(found.name, EntryKind.LEFT)
        if not self._may_read(real):
            return Entry(found.name, EntryKind.LEADS_OUT)
        return _file(found.name, status)


def _file(name: str, status: os.stat_result) -> Entry:
    if not stat.S_ISREG(status.st_mode):
        return Entry(name, EntryKind.SPECIAL)
    return Entry(name, EntryKind.FILE, status.st_size, bool(status.st_mode & stat.S_IXUSR))


def _unreadable(path: str, error: OSError | ValueError) -> Unreadable:
    return Unreadable(f"cannot read '{path}': {getattr(error, 'strerror', None) or error}")
