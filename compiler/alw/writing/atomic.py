"""Replacing a file as a whole: whoever looks finds the old content or the new one."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import TypeAlias

from ..text.reading import read_regular

Content: TypeAlias = str | bytes | Iterable[bytes]
"""The content of a file: text, bytes, or bytes piece by piece."""

#: The files that are open already, which keep their place in the file.
_STREAMS = {"/dev/stdout": 1, "/dev/stderr": 2}


def is_same_file(one: str, other: str) -> bool:
    """True if two names are those of one file that exists; ``-`` is none."""
    with suppress(OSError):  # one of them does not exist
        return other != "-" and Path(one).samefile(other)
    return False


def replace_file(name: str | os.PathLike[str], content: Content) -> None:
    """Make ``content`` all that is in the file ``name``, which may be new.

    A link keeps pointing to the file, which keeps its permissions.  What is no file, such as
    a pipe, is written to.

    :raises OSError: if it cannot be written; the file is unchanged then.
    """
    name = os.fspath(name)
    try:
        if _is_stream(Path(name)):
            # It may stand for a file that has something already, and gets more after it.
            opened = _STREAMS.get(name)
            with open(opened or name, "ab", closefd=opened is None) as stream:
                stream.writelines(_chunks(content))
        else:
            _replace(Path(os.path.realpath(name)), content)
    except OSError as error:
        raise _rename_error(error, name) from None


def replace_unchanged(name: str, old: bytes, new: bytes) -> None:
    """Replace the content ``old`` of the file ``name`` by ``new``.

    :raises OSError: if it cannot be written or has other content by now; it is unchanged then.
    """
    place = Path(os.path.realpath(name))
    try:
        current = read_regular(place, max(len(old), len(new)) + 1)
        if current == new:  # another name of a file that is done
            return
        if current != old:
            raise OSError(errno.EBUSY, "it has changed in the meantime")
        _replace(place, new)
    except OSError as error:
        raise _rename_error(error, name) from None


def create_file(place: Path, content: Content, mode: int = 0o666) -> None:
    """Make a new file.

    :raises OSError: if it cannot be made, or there is one; a part of it may be there then.
    """

    def create(path: str, flags: int) -> int:
        return os.open(path, flags, mode)

    with open(place, "xb", opener=create) as file:
        file.writelines(_chunks(content))


def _chunks(content: Content) -> Iterable[bytes]:
    if isinstance(content, str):
        return (content.encode("utf-8", "backslashreplace"),)
    return (content,) if isinstance(content, bytes) else content


def _rename_error(error: OSError, name: str) -> OSError:
    """Return the same with the name that the user knows."""
    return OSError(error.errno, error.strerror, name)


def _is_stream(place: Path) -> bool:
    """True if it is a pipe or a device, or stands for an open file, as ``/dev/stdout`` does."""
    if str(place.absolute()).startswith(("/dev/", "/proc/")):
        return True
    return place.exists() and not place.is_file()


def _replace(place: Path, content: Content) -> None:
    kept = place.stat() if place.exists() else None
    if kept is not None and not os.access(place, os.W_OK):  # a move would not ask
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    fresh = place.with_name(f".alw-{token_hex(8)}")
    try:
        create_file(fresh, content, 0o666 if kept is None else 0o600)  # until it has the file's
        if kept is not None:
            _copy_status(fresh, place, kept)
        os.replace(fresh, place)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _copy_status(fresh: Path, place: Path, kept: os.stat_result) -> None:
    """Give ``fresh`` the owner, permissions and attributes of the file at ``place``."""
    with suppress(AttributeError, OSError):  # not on Windows; others' files stay the writer's
        os.chown(fresh, kept.st_uid, kept.st_gid)
    shutil.copystat(place, fresh)
    os.utime(fresh)  # changed now
