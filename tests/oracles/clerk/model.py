"""What is handed to the clerk, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from alw.execution.engine import Submission

ENDS = ("Finished", "SubFinished", "Failed")


class Ending(Enum):
    """How a task ends."""

    FINISHED = "Finished"
    SUBFINISHED = "SubFinished"
    """In part: some jobs failed.  A learner's result is read all the same."""
    FAILED = "Failed"
    """PanDA says failed, aborted, exhausted or broken (atlaspandawork.py:580-599)."""
    CANCELLED = "Cancelled"
    """The task was aborted through iDDS (transformer.py, ``to_abort``)."""
    BROKEN = "Broken"
    """PanDA never takes the task: it fails without ever having been submitted."""


Answers = Callable[[Submission], Mapping[str, object] | None]
"""The content of a learner's result file; ``None`` if there is no file."""
Endings = Callable[[Submission], Ending]


@dataclass(frozen=True, slots=True)
class Order:
    """In which order things happen, and when the clerk looks."""

    seed: int = 0
    idle: float = 0.3
    """How probable it is that nothing has happened between two looks."""
    burst: int = 3
    """How much can happen at most between two looks."""
    slow: float = 0.2
    """How probable it is that a task which PanDA could accept is not accepted yet."""
    jsonb: bool = True
    """Whether the database is PostgreSQL; else it keeps JSON as it is, like Oracle."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What happened to a request."""

    submissions: tuple[Submission, ...]
    events: tuple[tuple[str, Submission], ...]
    """What began and what ended (``begin``, ``end``), in this order."""
    status: str
    """The request's final status; ``Stalled`` if nothing can happen any more and it has none,
    ``Endless`` if there is no end within the limit."""
    settled: bool
    """Whether one more look after the end changes nothing: an event that comes late makes the
    server look again (clerk.py:1548 asks for no status)."""
    errors: tuple[str, ...]
    """Exceptions in a look, which the server logs (clerk.py:1418)."""
    looks: int

    @property
    def ended(self) -> bool:
        """Whether the request has come to an end, for good and without an error."""
        return self.status in ENDS and self.settled and not self.errors

    @property
    def finished(self) -> bool:
        return self.ended and self.status == "Finished"

    def runs(self) -> list[list[Submission]]:
        """Return the submissions of each iteration."""
        runs: dict[int, list[Submission]] = {}
        for submission in self.submissions:
            runs.setdefault(submission.run, []).append(submission)
        return [runs[number] for number in sorted(runs)]
