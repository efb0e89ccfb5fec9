"""What happens between two looks of the clerk: tasks are accepted and end, in a drawn order."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from alw.execution.engine.idds_library import library
from alw.execution.engine.request import TRANSFORMING, IddsRequest, Submission, Transform
from alw.execution.engine.storage import to_jsonb
from tests.oracles.clerk.model import Answers, Ending, Endings, Order, Trace

KINDS = (
    Order(idle=0.3, burst=1, slow=0.0),
    Order(idle=0.0, burst=8, slow=0.0),
    Order(idle=0.3, burst=8, slow=0.5),
    Order(idle=0.2, burst=3, slow=0.8, jsonb=False),
    Order(idle=0.0, burst=40, slow=0.0),
)
"""A server that looks all the time, one that looks as rarely as it is shipped, one whose PanDA is
slow, one on Oracle, and one that looks when nearly everything has ended."""
QUIET = 4
"""So many looks that find nothing running and do nothing: none after them does anything."""


def run(
    workflow: Mapping[str, Any],
    answers: Answers = lambda submission: None,
    endings: Endings = lambda submission: Ending.FINISHED,
    order: Order | None = None,
    limit: int = 3000,
) -> Trace:
    """Run a request to its end.

    :param workflow: the JSON that is submitted.
    :param answers: what the learners write.
    :param endings: how tasks end; asked once for each task, when it ends.
    :param order: when what happens.
    :param limit: after how many looks a request counts as endless.
    """
    order = order or Order()
    day = _Day(_submitted(json.dumps(workflow), order.jsonb), answers, endings, order)
    return day.run(limit)


def orders(number: int, seed: int = 0) -> Iterator[Order]:
    """Return ``number`` orders, of every kind in turn."""
    for n in range(number):
        yield replace(KINDS[n % len(KINDS)], seed=seed + n)


@lru_cache(maxsize=8)
def _received(workflow: str, jsonb: bool) -> IddsRequest:
    return replace(IddsRequest.of(workflow, jsonb), seen={})


def _submitted(workflow: str, jsonb: bool) -> IddsRequest:
    received = _received(workflow, jsonb)
    return replace(received, transforms=[], errors=[])


class _Day:
    """One request and PanDA, from the submission to the end."""

    def __init__(
        self, request: IddsRequest, answers: Answers, endings: Endings, order: Order
    ) -> None:
        self.request = request
        self._answers = answers
        self._endings = endings
        self._order = order
        self._chance = random.Random(order.seed)
        self._events: list[tuple[str, Submission]] = []
        self._ending: dict[int, Ending] = {}
        """How PanDA's tasks will end, by transform."""

    def run(self, limit: int) -> Trace:
        quiet, looks = 0, 0
        while True:
            new = self._look()
            looks += 1
            if self.request.status not in ("New", TRANSFORMING):
                return self._trace(self.request.status, looks)
            quiet = 0 if new or self._open() else quiet + 1
            if quiet == QUIET:
                return self._trace("Stalled", looks)
            if looks == limit:
                return self._trace("Endless", looks)
            self._meanwhile()

    def _look(self) -> list[Transform]:
        new = self.request.look()
        self._events += [("begin", transform.submission) for transform in new]
        return new

    def _trace(self, status: str, looks: int) -> Trace:
        submissions = tuple(transform.submission for transform in self.request.transforms)
        events, before = tuple(self._events), self.request.status
        settled = not self._look() and self.request.status == before
        return Trace(
            submissions,
            events,
            status,
            settled,
            tuple(self.request.errors),
            looks,
        )

    def _open(self) -> list[Transform]:
        return [transform for transform in self.request.transforms if not transform.ended]

    def _meanwhile(self) -> None:
        """Let things happen until the clerk looks again."""
        if self._chance.random() < self._order.idle:
            return
        for _ in range(self._chance.randint(1, self._order.burst)):
            running = self._open()
            if not running:
                return
            self._go_on(self._chance.choice(running))

    def _go_on(self, transform: Transform) -> None:
        """Let the next thing happen to a task: it is accepted, or it ends."""
        statuses = library().constants.TransformStatus
        if transform.identity in self._ending:
            self._end(transform, self._ending[transform.identity])
        elif self._chance.random() < self._order.slow:
            # While PanDA has no task: Queue, New, Transforming (transformer.py:310, 630).
            queued = transform.status is statuses.Queue
            transform.status = statuses.New if queued else statuses.Transforming
        elif (ending := self._endings(transform.submission)) is Ending.BROKEN:
            self._end(transform, ending)
        else:
            self._ending[transform.identity] = ending
            transform.status = statuses.Transforming
            transform.submitted, transform.workload = True, 1000 + transform.identity

    def _end(self, transform: Transform, ending: Ending) -> None:
        statuses = library().constants.TransformStatus
        if transform.submission.learns and ending in (Ending.FINISHED, Ending.SUBFINISHED):
            transform.output = self._result(transform.submission)
        failed = ending is Ending.BROKEN
        transform.status = statuses.Failed if failed else statuses[ending.value]
        transform.ended = True
        self._events.append(("end", transform.submission))

    def _result(self, submission: Submission) -> str:
        """Return what iDDS reads of a learner; without a file it is empty
        (atlaslocalpandawork.py, ``parse_output_files``)."""
        made = json.loads(json.dumps(dict(self._answers(submission) or {})))
        return json.dumps(to_jsonb(made) if self._order.jsonb else made)
