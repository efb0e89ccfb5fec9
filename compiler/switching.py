"""Switching folders: each has its old content or its new one, whenever one looks."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from errno import ENOTDIR
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

_PREFIX = ".alw-staging-"
_OLD, _NEW = ".old", ".new"
#: Flags of renameat2(2): exchange two names in one step; the directory that paths are relative to.
_EXCHANGE = 2
_HERE = -100


class _Pair(NamedTuple):
    """A finished folder, its place, and what is there now."""

    fresh: Path
    place: Path
    old: os.stat_result | None


class Staging:
    """Folders that are made beside their places, and then take them.

    Used as a context, by one process at a time: it begins with the removal of what a killed
    process has left, and ends with that of the old folders.

    :param root: the folder that holds the places, on one file system with them.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._own: dict[Path, Path] = {}
        self._pairs: list[_Pair] = []

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for own in self._own.values():
            shutil.rmtree(own, ignore_errors=True)

    def folder(self, place: Path) -> Path:
        """Return a new folder that is to become the one at ``place``.

        :raises OSError: if it cannot be made, or something else is at ``place``.
        """
        real = Path(os.path.realpath(place))
        if os.path.lexists(real) and not real.is_dir():
            raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), str(place))
        fresh = self._beside(real) / real.name
        fresh.mkdir()
        old = real.stat() if real.is_dir() else None
        if old is not None:
            shutil.copystat(real, fresh)
        self._pairs.append(_Pair(fresh, real, old))
        return fresh

    def _beside(self, real: Path) -> Path:
        parent = real.parent
        if parent not in self._own:
            shown = str(self._root if parent == Path(os.path.realpath(self._root)) else parent)
            try:
                _clean(parent)
                self._own[parent] = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
            except OSError as error:  # name the directory that the user knows
                raise OSError(error.errno, error.strerror, shown) from None
        return self._own[parent]

    def switch(self) -> None:
        """Put every folder into its place.

        :raises OSError: if one cannot be; all are as they were then.
        """
        try:
            for pair in self._pairs:
                if pair.old is None:
                    os.rename(pair.fresh, pair.place)
                else:
                    _exchange(pair.fresh, pair.place)
        except BaseException:
            for pair in reversed(self._pairs):
                _take_back(pair)
            raise


def _take_back(pair: _Pair) -> None:
    """Undo a switch, however far it was done."""
    if pair.old is not None and _is(pair.place, pair.old):
        return
    if not pair.fresh.exists() or pair.old is not None:
        with suppress(FileNotFoundError):
            os.rename(pair.place, pair.fresh.with_name(pair.fresh.name + _NEW))
    for candidate in (pair.fresh, _aside(pair.fresh)):
        if pair.old is not None and _is(candidate, pair.old):
            os.rename(candidate, pair.place)


def _is(place: Path, status: os.stat_result) -> bool:
    with suppress(OSError):
        return os.path.samestat(place.stat(), status)
    return False


def _aside(fresh: Path) -> Path:
    return fresh.with_name(fresh.name + _OLD)


def _exchange(fresh: Path, place: Path) -> None:
    """Exchange two folders: in one step where the system can, else in three.

    Between the first and the second of the three nothing is at ``place``; the next
    :class:`Staging` mends what a kill leaves then.
    """
    if not _exchanged(fresh, place):
        aside = _aside(fresh)
        os.rename(place, aside)
        try:
            os.rename(fresh, place)
        except BaseException:
            os.rename(aside, place)
            raise
        os.rename(aside, fresh)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two names by renameat2(2), of Linux; whether that could be done."""
    try:
        from ctypes import CDLL

        rename = CDLL(None).renameat2
    except (ImportError, OSError, AttributeError, TypeError):
        return False
    return bool(rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0)


def _clean(parent: Path) -> None:
    """Remove what killed processes have left in ``parent``, and put back what they took away."""
    for left in parent.glob(f"{_PREFIX}*"):
        for old in left.glob(f"*{_OLD}"):
            place = parent / old.name.removesuffix(_OLD)
            if not os.path.lexists(place):
                with suppress(OSError):
                    os.rename(old, place)
        shutil.rmtree(left, ignore_errors=True)
