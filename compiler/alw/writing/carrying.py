"""Carrying over what users put into a folder that is replaced: it is never deleted."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from .manifest import FOLDERS, NAME, list_others, read_manifest


def link_others(place: Path, staged: Path, ours: Iterable[str]) -> None:
    """Give the files of users in ``place`` a second name in ``staged``.

    So they are never missing.  Folders, and files where there are no hard links, are moved by
    :func:`carry` after the switch.
    """
    for path in list_others(place, ours):
        with suppress(OSError):
            if not stat.S_ISDIR((place / path).lstat().st_mode):
                (staged / path).parent.mkdir(exist_ok=True)
                os.link(place / path, staged / path, follow_symlinks=False)


def carry(old: Path, new: Path) -> None:
    """Move what is not alw's from the folder ``old`` to the folder ``new``.

    :raises OSError: if something cannot be moved.
    """
    for path in list(list_others(old, read_manifest(old).files | read_manifest(new).files)):
        _move(old / path, new / path)


def _move(old: Path, new: Path) -> None:
    if not os.path.lexists(new):
        new.parent.mkdir(parents=True, exist_ok=True)
        old.rename(new)
        return
    one, other = old.lstat(), new.lstat()
    folders = stat.S_ISDIR(one.st_mode), stat.S_ISDIR(other.st_mode)
    if os.path.samestat(one, other) or any(folders) != all(folders):
        return
    if all(folders):
        for child in list(old.iterdir()):
            _move(child, new / child.name)
    elif one.st_mtime_ns > other.st_mtime_ns:  # saved by an editor meanwhile
        os.replace(old, new)


def discard(old: Path, new: Path) -> None:
    """Remove the folder ``old``, of which ``new`` has what is not alw's; what it lacks stays."""
    if not old.is_dir():
        return
    ours = read_manifest(old).files | read_manifest(new).files
    with suppress(OSError):
        for path in list(list_others(old, ours)):
            _remove(old / path, new / path)
    for path in sorted(ours):
        head, _, name = path.rpartition("/")
        if (head in FOLDERS or path == "workflow.json") and name not in ("", ".", ".."):
            if head and (old / head).is_symlink():
                continue
            with suppress(OSError):
                (old / path).unlink()
    for path in FOLDERS:
        with suppress(OSError):
            (old / path).rmdir()
    with suppress(OSError):
        if {child.name for child in old.iterdir()} <= {NAME}:
            (old / NAME).unlink(missing_ok=True)
            old.rmdir()


def _remove(old: Path, new: Path) -> None:
    """Remove what is in ``new``, too."""
    if not os.path.lexists(new):
        return
    if old.is_dir() and not old.is_symlink():
        if new.is_dir():
            for child in list(old.iterdir()):
                _remove(child, new / child.name)
            with suppress(OSError):
                old.rmdir()
    elif not new.is_dir() or new.is_symlink():
        old.unlink()


def copy_status(new: Path, old: Path) -> None:
    """Give the folder ``new`` the permissions and the group of ``old``."""
    with suppress(AttributeError, OSError):
        os.chown(new, -1, old.stat().st_gid)
    with suppress(OSError):
        shutil.copystat(old, new)
    os.utime(new)
