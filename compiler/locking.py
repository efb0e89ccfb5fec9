"""Taking turns in a directory: a lock that the system releases when its holder ends or dies."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: The file that is locked; it stays, empty.
LOCK = ".alw.lock"
#: How long to wait for others, in seconds, and how long between two looks.
PATIENCE = 60.0
_PAUSE = 0.02


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the lock of ``directory``.

    Where the file system or the platform has no such locks, nothing is locked.

    :raises OSError: if the lock cannot be made, or others hold it for longer than
        :data:`PATIENCE`.
    """
    descriptor = _hold(directory / LOCK)
    try:
        yield
    finally:
        os.close(descriptor)


def unlock_forever(directory: Path) -> None:
    """Remove the lock that is held, with a directory that is about to be removed."""
    with suppress(OSError):
        (directory / LOCK).unlink()


def _hold(place: Path) -> int:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            descriptor = os.open(place, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(place.parent)) from None
        try:
            if not _try(descriptor):
                if time.monotonic() > until:
                    message = "another alw has been writing there for a minute"
                    raise OSError(errno.EBUSY, message, str(place.parent))
            elif _is(descriptor, place):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        time.sleep(_PAUSE)


def _try(descriptor: int) -> bool:
    """Lock an open file, unless another process holds it; whether that is done."""
    try:
        import fcntl
    except ImportError:  # not on Windows
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # no locks on this file system
        return True
    return True


def _is(descriptor: int, place: Path) -> bool:
    """Whether the open file is still the one at ``place``."""
    with suppress(OSError):
        return os.path.samestat(os.fstat(descriptor), place.stat())
    return False
