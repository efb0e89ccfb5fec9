"""Opening files to read: regular files only, so that nothing a user names can block or never end.

A pipe without a writer, a terminal or ``/dev/zero`` would.  What kind of file it is, is asked of
the open file, not of its name, which may change its meaning in between.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import BinaryIO


def open_regular(name: str | os.PathLike[str]) -> BinaryIO:
    """Open the regular file ``name``, links followed, without waiting for anything.

    :raises OSError: if it cannot be opened, or is not a regular file.
    :raises ValueError: if it cannot be a name.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(name, flags | getattr(os, "O_NOCTTY", 0))
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(name))
        if not stat.S_ISREG(mode):
            message = f"it is {_KINDS.get(stat.S_IFMT(mode), 'not a regular file')}, not a file"
            raise OSError(errno.EINVAL, message, os.fspath(name))
    except BaseException:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")


_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def read_regular(name: str | os.PathLike[str], most: int) -> bytes:
    """Return the first ``most`` bytes of the regular file ``name``, or all if it has fewer.

    :raises OSError: as :func:`open_regular`.
    :raises ValueError: likewise.
    """
    with open_regular(name) as file:
        return file.read(most)
