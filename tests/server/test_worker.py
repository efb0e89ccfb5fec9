"""The order in which jobs are done."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest

from alw.server.worker import LATER, Worker
from tests.server.editor import run


def test_urgent_jobs_come_first_and_cancelled_ones_never() -> None:
    async def go() -> None:
        worker, begin = Worker(), threading.Event()
        done: list[str] = []
        first = worker.do(begin.wait)
        jobs = [
            worker.do(partial(done.append, name), urgency)
            for name, urgency in (("a", LATER), ("b", LATER), ("c", 0), ("d", 0), ("e", 0))
        ]
        assert worker.waiting >= len(jobs)
        jobs[3].cancel()
        begin.set()
        assert await first
        await asyncio.gather(*jobs, return_exceptions=True)
        assert done == ["c", "e", "a", "b"]
        with pytest.raises(ZeroDivisionError):
            await worker.do(lambda: 1 // 0)
        assert worker.waiting == 0

    run(go())
