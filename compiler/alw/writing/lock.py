"""Taking turns: one writer in a folder at a time.

The lock is ``flock`` on a file in the folder.  The kernel releases it when the process ends,
however it ends.  Who holds the lock removes the file, so who gets it looks whether it is still
that file.  Without ``flock`` (Windows, some network file systems), nothing is locked.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

NAME = ".alw.lock"
#: Seconds: between two attempts, before one says that one waits, and before one gives up.
_PAUSE, TELL_AFTER, GIVE_UP_AFTER = 0.02, 1.0, 60.0


@contextmanager
def hold_lock(folder: Path, waiting: Callable[[], object]) -> Iterator[bool]:
    """Hold the lock of ``folder``; the value is true if there are locks at all.

    :param waiting: called once if somebody else has it for more than a second.
    :raises OSError: if it cannot be had within a minute, or the folder cannot be written.
    """
    held = None if fcntl is None else _acquire(folder / NAME, waiting)
    try:
        yield held is not None
    finally:
        if held is not None:
            with suppress(OSError):
                (folder / NAME).unlink()
            os.close(held)


def _acquire(file: Path, waiting: Callable[[], object]) -> int | None:
    start = time.monotonic()
    told = False
    while True:
        held = _open(file)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(held, file):
                return held
            os.close(held)
            continue
        except BlockingIOError:
            os.close(held)
        except OSError:  # a file system without locks
            os.close(held)
            file.unlink(missing_ok=True)
            return None
        except BaseException:
            os.close(held)
            raise
        passed = time.monotonic() - start
        if passed > GIVE_UP_AFTER:
            message = "another alw has been writing there for a minute"
            raise OSError(errno.EBUSY, message, str(file.parent))
        if passed > TELL_AFTER and not told:
            told = True
            waiting()
        time.sleep(_PAUSE)


def _open(file: Path) -> int:
    flags = os.O_NOFOLLOW | os.O_CLOEXEC
    while True:
        try:
            return os.open(file, os.O_RDWR | os.O_CREAT | flags, 0o666)
        except PermissionError:
            if not file.exists():
                raise
        with suppress(FileNotFoundError):  # somebody else's, who has just finished
            return os.open(file, os.O_RDONLY | flags)


def _is_still(held: int, file: Path) -> bool:
    try:
        found = file.lstat()
    except FileNotFoundError:
        return False
    mine = os.fstat(held)
    return (mine.st_dev, mine.st_ino) == (found.st_dev, found.st_ino)
