"""The one thread that works on documents, so that reading messages never waits for it.

pygls and the standard library have pools of threads.  They take jobs in the order in which they
come, so that an answer would wait for all checks of files that nobody looks at; and the end of the
process would wait for a job that takes long.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from itertools import count
from queue import PriorityQueue
from typing import Any, TypeVar

from .garbage import Garbage

Result = TypeVar("Result")

#: A client is waiting.
NOW = 0
#: Background work.
LATER = 1


class Worker:
    """A thread that runs jobs one after the other, by urgency, then in order.

    A job that is cancelled before its turn is never started.

    :ivar garbage: what jobs leave is collected between them.
    """

    def __init__(self) -> None:
        self.garbage = Garbage()
        self._jobs: PriorityQueue[tuple[int, int, Callable[[], Any], Future[Any]]] = PriorityQueue()
        self._numbers = count()
        # a daemon: the end of the process does not wait for a long job
        self._thread = threading.Thread(target=self._work, name="alw", daemon=True)

    @property
    def waiting(self) -> int:
        """The number of jobs that wait."""
        return self._jobs.qsize()

    def do(self, job: Callable[[], Result], urgency: int = NOW) -> asyncio.Future[Result]:
        """Schedule ``job``, and return an awaitable of its result; for the event loop."""
        future: Future[Result] = Future()
        self._jobs.put((urgency, next(self._numbers), job, future))
        if self._thread.ident is None:
            self._thread.start()
        return asyncio.wrap_future(future)

    def _work(self) -> None:
        while True:
            _, _, job, future = self._jobs.get()
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
