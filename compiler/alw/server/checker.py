"""Schedule checks of documents: soon after an edit, and never while the author waits for it.

There is one check of a document at a time, of the text as it is when the check begins.  Edits
that come meanwhile lead to one more.  While somebody types, a check that takes long waits for a
pause.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial

from .documents import OpenDocument
from .problems import convert_diagnostics
from .publisher import Found, Publisher
from .view import View
from .worker import LATER, Worker

#: Checks up to so many seconds begin at once.
QUICK = 0.2
#: The longest wait for a pause.
LONGEST = 0.3
#: The pause after which the whole text is read again, if it was not.
PAUSE = 0.4


class Checker:
    """A checker of open documents, which publishes what it finds; for the event loop.

    :param view: what is known of a document; called by the worker.
    :param failed: is told of exceptions.
    :param settled: is called when diagnostics have changed without an edit.
    """

    def __init__(
        self,
        worker: Worker,
        publisher: Publisher,
        view: Callable[[OpenDocument], View],
        failed: Callable[[Exception], None],
        settled: Callable[[], None],
    ) -> None:
        self._worker = worker
        self._publisher = publisher
        self._view = view
        self._failed = failed
        self._settled = settled
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self._running: dict[int, asyncio.Task[None]] = {}
        self._again: set[int] = set()
        self._following: set[asyncio.Task[None]] = set()

    def check(self, opened: OpenDocument) -> None:
        """Check a document that was opened or changed."""
        now = time.monotonic()
        typing, opened.edited = now - opened.edited < LONGEST, now
        wait = min(opened.cost, LONGEST) if typing and opened.cost > QUICK else 0
        self._after(wait, opened, self._begin)

    def close(self, opened: OpenDocument) -> None:
        """Check a document no more."""
        timer = self._timers.pop(id(opened), None)
        if timer is not None:
            timer.cancel()
        self._publisher.close(opened)
        self._later(opened, self._collect)

    def recheck(self, opened: OpenDocument) -> None:
        """Check a document whose files have changed."""
        self._later(opened, partial(self._forget, opened))

    def _after(
        self, seconds: float, opened: OpenDocument, then: Callable[[OpenDocument], None]
    ) -> None:
        timer = self._timers.pop(id(opened), None)
        if timer is not None:
            timer.cancel()
        if seconds:
            loop = asyncio.get_running_loop()
            self._timers[id(opened)] = loop.call_later(seconds, then, opened)
        else:
            then(opened)

    def _begin(self, opened: OpenDocument) -> None:
        if opened.closed:
            return
        if id(opened) in self._running:
            self._again.add(id(opened))
        else:
            self._running[id(opened)] = asyncio.ensure_future(self._check(opened))

    async def _check(self, opened: OpenDocument) -> None:
        try:
            view, found = await self._worker.do(partial(self._look, opened))
            if opened.text.lines is view.lines and not opened.closed:
                self._publisher.publish(opened, view.version, found)
                self._after(PAUSE, opened, self._pause)
        except Exception as error:
            self._failed(error)
        finally:
            del self._running[id(opened)]
            if id(opened) in self._again:
                self._again.discard(id(opened))
                self._begin(opened)

    def _look(self, opened: OpenDocument) -> tuple[View, Found]:
        view = self._view(opened)
        return view, convert_diagnostics(view)

    # In a pause

    def _pause(self, opened: OpenDocument) -> None:
        self._later(opened, partial(self._settle, opened))

    def _later(self, opened: OpenDocument, job: Callable[[], bool]) -> None:
        task = asyncio.ensure_future(self._follow(opened, job))
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    async def _follow(self, opened: OpenDocument, job: Callable[[], bool]) -> None:
        try:
            if await self._worker.do(job, LATER):
                self._begin(opened)
                self._settled()
        except Exception as error:
            self._failed(error)

    def _settle(self, opened: OpenDocument) -> bool:
        return not opened.closed and opened.settle()

    def _forget(self, opened: OpenDocument) -> bool:
        opened.forget()
        return not opened.closed

    def _collect(self) -> bool:
        self._worker.garbage.collect()
        return False
