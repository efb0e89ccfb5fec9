"""Exchanging two folders: by one rename where the system has it, else by three."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

#: ``RENAME_EXCHANGE`` of renameat2(2), ``RENAME_SWAP`` of renamex_np(2) on macOS.
_EXCHANGE = 2
_AT_FDCWD = -100
#: The file system or the kernel has no such exchange.
_UNKNOWN = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
#: It is another file system, a mount point, or a folder of a lower layer of an overlay.
_FIXED = {errno.EXDEV, errno.EBUSY}


def exchange(staged: Path, place: Path, aside: Path) -> None:
    """Exchange the folders ``staged`` and ``place``.

    Where the system cannot do this by one rename, ``place`` goes to ``aside`` first: for a moment
    there is nothing in its place, and nobody sees a mixture.

    :raises OSError: if that is not possible; nothing has changed then.
    """
    try:
        if _by_one_rename(staged, place):
            return
        place.rename(aside)
        try:
            staged.rename(place)
            aside.rename(staged)
        except BaseException:
            if os.path.lexists(aside):
                if not os.path.lexists(staged):
                    place.rename(staged)
                aside.rename(place)
            raise
    except OSError as error:
        if error.errno in _FIXED:
            message = "it cannot be replaced as a whole (a mount point?); choose another with -o"
            raise OSError(error.errno, message, str(place)) from None
        raise


def _by_one_rename(one: Path, other: Path) -> bool:
    """Exchange two files or folders; false if the system cannot."""
    import ctypes

    try:
        library = ctypes.CDLL(None, use_errno=True)
        paths = os.fsencode(one), os.fsencode(other)
        if sys.platform == "darwin":
            failed = library.renamex_np(*paths, ctypes.c_uint(_EXCHANGE))
        else:
            at = ctypes.c_int(_AT_FDCWD)
            failed = library.renameat2(at, paths[0], at, paths[1], ctypes.c_uint(_EXCHANGE))
    except (AttributeError, OSError, TypeError):  # no such function; Windows
        return False
    if not failed:
        return True
    number = ctypes.get_errno()
    if number in _UNKNOWN:
        return False
    raise OSError(number, os.strerror(number), str(one), None, str(other))
