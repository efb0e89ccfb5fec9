"""The editor's process: without it the server has nothing to do (LSP 3.17, ``processId``)."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

#: It is looked for every so many seconds.
EVERY = 2.0
#: So many seconds the server has for its end.
PATIENCE = 5.0


def watch(process: int | None, stop: Callable[[], object]) -> None:
    """Call ``stop`` when ``process`` has ended, and end this process if that does not.

    Of an editor in another container the number means nothing here: what is not there at the
    beginning is not watched.
    """
    # on Windows there is no harmless signal; there the input ends with the editor
    if os.name != "posix" or not process or process < 0 or not _is_alive(process):
        return

    def wait() -> None:
        while _is_alive(process):
            time.sleep(EVERY)
        with suppress(RuntimeError):  # the loop has ended already
            stop()
        time.sleep(PATIENCE)
        os._exit(1)

    threading.Thread(target=wait, name="parent", daemon=True).start()


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True  # somebody else's
    except (OSError, OverflowError):
        return False
    with suppress(OSError):  # where there is /proc: one that has ended and was not waited for
        state = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()[0]
        return state not in (b"Z", b"X")
    return True
