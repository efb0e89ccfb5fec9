"""One request of several that run at the same time, and the test's side of its tasks."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.oracles.server.spool import Spool, State, Submission

TERMINAL = frozenset({"Finished", "SubFinished", "Failed", "Cancelled", "Suspended", "Expired"})
"""Statuses of requests and of transforms, by name, that do not change any more."""

_SETTLED = 1.5
"""Seconds without a new task after which nothing more is expected of a look of the clerk."""

_LOOK_TIMEOUT = 3.0
"""Seconds after which a look that changed nothing is followed by another one."""

_STATUS_PERIOD = 0.5
_LASTING = 2.0
"""Seconds for which a terminal status must last: iDDS sometimes takes one back."""

_MARKER = re.compile(r"___idds___\w+?___")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a task ends; ``result`` is the content of a learner's output file."""

    state: State = "finished"
    result: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Play:
    """A submitted request, and what its tasks do.

    ``execute`` gets each task in the order of submission and returns a learner's result, None for
    a task that just finishes, or an :class:`Ending`.
    """

    request: int
    execute: Callable[[Submission], Ending | dict[str, Any] | None]
    in_one_look: bool = False
    """All tasks that run are submitted and end between two looks of the clerk, as with the 300 s
    that it has as shipped; otherwise each ends at once, and the clerk looks every second."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request."""

    status: str
    tasks: tuple[Submission, ...]
    seconds: float
    """From the start of all requests to the last status of this one."""
    looks: tuple[tuple[str, ...], ...]
    """With ``in_one_look``: the names of the tasks that ended before each look."""

    @property
    def names(self) -> list[str]:
        """The tasks' names, in the order of submission."""
        return [task.name for task in self.tasks]


class _Server(Protocol):
    def status(self, request_id: int) -> str: ...
    def transforms(self, request_id: int) -> list[str]: ...


@dataclass(slots=True)
class Playing:
    """A request while it runs."""

    server: _Server
    spool: Spool
    play: Play
    names: tuple[str, ...]
    status: str = "New"
    _tasks: list[Submission] = field(default_factory=list)
    _running: dict[int, tuple[str, Ending]] = field(default_factory=dict)
    _looks: list[tuple[str, ...]] = field(default_factory=list)
    _granted: float = 0.0
    _changed: float = 0.0
    _asked: float = 0.0
    _began: float = field(default_factory=time.monotonic)
    _since: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        if self.play.in_one_look:
            self.spool.away(self.request)

    @property
    def request(self) -> int:
        """The request's number."""
        return self.play.request

    @property
    def ended(self) -> bool:
        """Whether the status is terminal, and stays so."""
        return self.status in TERMINAL and time.monotonic() - self._since > _LASTING

    def take(self, submission: Submission) -> None:
        """A task was submitted."""
        self._tasks.append(submission)
        ending = self.play.execute(submission)
        if not isinstance(ending, Ending):
            ending = Ending(result=ending)
        self._running[submission.task_id] = (submission.name, ending)
        self._changed = time.monotonic()

    def go_on(self) -> None:
        """End tasks, and ask for the request's status from time to time."""
        if not self.play.in_one_look:
            self._end_all()
        if time.monotonic() - self._asked < _STATUS_PERIOD:
            return
        self._asked = time.monotonic()
        if self.play.in_one_look and self.status not in TERMINAL:
            self._end_in_one_look()
        if not self.ended:
            status = self.server.status(self.request)
            if status != self.status:
                self.status, self._since = status, time.monotonic()

    def _end_in_one_look(self) -> None:
        """End all tasks that run; when iDDS knows of it, have the clerk look once."""
        statuses = self.server.transforms(self.request)
        running = sum(status not in TERMINAL for status in statuses)
        now = time.monotonic()
        if self._running:
            if len(self._running) == running and now - self._changed > _SETTLED:
                self._looks.append(tuple(name for name, _ in self._running.values()))
                self._end_all()
        elif statuses and not running and now - self._granted > _LOOK_TIMEOUT:
            self.spool.look(self.request)
            self._granted = now

    def _end_all(self) -> None:
        for task_id, (_, ending) in self._running.items():
            self.spool.complete(task_id, ending.state, ending.result)
        self._running.clear()

    def outcome(self) -> Outcome:
        """What became of the request."""
        self.spool.back(self.request)
        seconds = self._since - self._began
        return Outcome(self.status, tuple(self._tasks), seconds, tuple(self._looks))


def task_names(workflow: Any) -> tuple[str, ...]:
    """Patterns of the names of all tasks in a Workflow JSON: a marker stands for any text."""
    return tuple(sorted({_pattern(name) for name in _names(workflow)}))


def owns(names: Sequence[str], name: str) -> bool:
    """Whether a task's name fits one of the patterns."""
    return any(re.fullmatch(pattern, name) for pattern in names)


def _pattern(name: str) -> str:
    return ".*".join(map(re.escape, _MARKER.split(name)))


def _names(node: Any) -> Iterator[str]:
    children: Sequence[Any] = ()
    if isinstance(node, dict):
        if isinstance(node.get("taskName"), str):
            yield node["taskName"]
        children = list(node.values())
    elif isinstance(node, list):
        children = node
    for child in children:
        yield from _names(child)
