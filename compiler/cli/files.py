"""Replacing files: each whole, or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from stat import S_ISREG


def write_whole(name: str, content: bytes) -> None:
    """Make ``content`` what is in the file ``name``, which may be new.

    A link keeps pointing to the file, which keeps its permissions.  What is no file, such as
    a pipe, is written to.

    :raises OSError: if it cannot be written; the file is unchanged then.
    """
    try:
        _write(Path(os.path.realpath(name)), content)
    except OSError as error:  # say the name that the user knows
        raise OSError(error.errno, error.strerror, name) from None


def _write(place: Path, content: bytes) -> None:
    kept = place.stat() if place.exists() else None
    if kept is not None and not S_ISREG(kept.st_mode):
        place.write_bytes(content)
        return
    if kept is not None and not os.access(place, os.W_OK):  # a move would not ask
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    fresh = place.with_name(f".alw-{token_hex(8)}")
    mode = 0o666 if kept is None else 0o600  # until it has those of the file

    def opened(path: str, flags: int) -> int:
        return os.open(path, flags, mode)

    try:
        with open(fresh, "xb", opener=opened) as file:
            file.write(content)
        if kept is not None:
            _take_after(fresh, place, kept)
        os.replace(fresh, place)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _take_after(fresh: Path, place: Path, kept: os.stat_result) -> None:
    """Give ``fresh`` the owner, permissions and attributes of the file at ``place``."""
    with suppress(AttributeError, OSError):  # not on Windows; others' files stay the writer's
        os.chown(fresh, kept.st_uid, kept.st_gid)
    shutil.copystat(place, fresh)
    os.utime(fresh)  # changed now


def write_back(name: str, old: bytes, new: bytes) -> None:
    """Replace the content ``old`` of the file ``name`` by ``new``.

    :raises OSError: if it cannot be written or has other content by now; it is unchanged then.
    """
    place = Path(name)
    if not place.is_file():
        raise OSError(errno.EINVAL, "it is not a file that can be replaced", name)
    current = place.read_bytes()
    if current == new:  # another name of a file that is done
        return
    if current != old:
        raise OSError(errno.EBUSY, "it has changed meanwhile", name)
    write_whole(name, new)
