"""Processes that a command leaves running.

The wrapper reads the command's output until its end, and the end comes when the last process that
holds it has closed it, be that long after the shell (panda-wnscript,
pandawnutil/wnmisc/misc_utils.py, ``commands_get_status_output``).  So ``work > log &`` goes on
while the outputs are looked for, but the job waits for ``work &``.  Here output goes to files,
which have no such end: who holds them is asked.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from .specs import Launch, Wrapper

_FIRST, _LONGEST = 0.002, 0.25


def wait_for_writers(
    launch: Launch,
    group: int,
    files: Collection[Path],
    is_over: Callable[[], bool] = lambda: False,
) -> bool:
    """Wait until no process of a group holds one of the files, after its leader has ended.

    It costs a system call where nothing was left running, which is the rule.  A script in a
    container is not waited for: the pilot starts that with files, too.  Nor is a process that has
    made a session of its own.

    :param group: the process group, the number of the process that was started in a new session.
    :param files: where its output and its errors go.
    :param is_over: whether to give up, because of a time limit or of Ctrl-C.
    :return: whether it came to the end.
    """
    if launch.wrapper is Wrapper.RUN_GEN_IN_CONTAINER:
        return True
    wait = _FIRST
    while _lives(group) and _holds(group, files):
        if is_over():
            return False
        time.sleep(wait)
        wait = min(2 * wait, _LONGEST)
    return True


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS, of zombies
        return sys.platform == "linux"
    return True


def _holds(group: int, files: Collection[Path]) -> bool:
    """Return whether a process of the session has a file open; everything that lives counts
    where the system does not tell.
    """
    if not os.path.isdir("/proc/self/fd"):
        return True
    names = {os.path.realpath(file) for file in files}
    return any(
        _session(number) == group and not names.isdisjoint(_open_files(number))
        for number in filter(str.isdigit, os.listdir("/proc"))
    )


def _session(number: str) -> int:
    with suppress(OSError, ValueError, IndexError), open(f"/proc/{number}/stat", "rb") as file:
        # the name in brackets may hold anything: state, parent, group, session
        fields = file.read().rpartition(b")")[2].split()
        return -1 if fields[0] == b"Z" else int(fields[3])
    return -1


def _open_files(number: str) -> set[str]:
    found = set()
    folder = f"/proc/{number}/fd"
    with suppress(OSError):
        for name in os.listdir(folder):
            with suppress(OSError):
                found.add(os.readlink(f"{folder}/{name}"))
    return found
