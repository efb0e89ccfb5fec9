"""The one thread that works on documents, so that reading messages never waits for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from heapq import heappop, heappush
from itertools import count
from typing import Any, TypeVar

from .garbage import Garbage

Result = TypeVar("Result")

#: For what somebody waits.
NOW = 0
#: For what nobody waits.
LATER = 1


class Worker:
    """Does jobs one by one, the urgent ones first, else in order.

    A job that is cancelled before its turn is never started.

    :ivar garbage: what jobs leave is collected between them.
    """

    def __init__(self) -> None:
        self.garbage = Garbage()
        self._jobs: list[tuple[int, int, Callable[[], Any], Future[Any]]] = []
        self._numbers = count()
        self._changed = threading.Condition()
        # a daemon: the end of the process does not wait for a long job
        self._thread = threading.Thread(target=self._work, name="alw", daemon=True)

    @property
    def waiting(self) -> int:
        """How many jobs wait."""
        return len(self._jobs)

    def do(self, job: Callable[[], Result], urgency: int = NOW) -> asyncio.Future[Result]:
        """What comes of ``job``; for the event loop."""
        future: Future[Result] = Future()
        with self._changed:
            heappush(self._jobs, (urgency, next(self._numbers), job, future))
            self._changed.notify()
        if self._thread.ident is None:
            self._thread.start()
        return asyncio.wrap_future(future)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._jobs:
                    self._changed.wait()
                _, _, job, future = heappop(self._jobs)
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = job()
            except BaseException as error:  # whoever asked hears of it
                future.set_exception(error)
            else:
                future.set_result(result)
            # none of these keeps a text alive while there is nothing to do
            result = None
            del job, future
            self.garbage.tidy()
