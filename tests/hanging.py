"""A limit of processor time for what might never end."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def ending(seconds: float = 60) -> Iterator[None]:
    """Fail what uses the processor for longer: it would never end."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise TimeoutError("the compiler hangs")

    previous = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous)
