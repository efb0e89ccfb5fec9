"""Times of iterations and tasks, and counts of their jobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ..history import History, IterationRecord, JobRecord, State, TaskRecord


def elapsed(started: float | None, ended: float | None) -> float | None:
    """Return the seconds between two moments, if both are known."""
    return None if started is None or ended is None else max(ended - started, 0.0)


def find_span(tasks: Iterable[TaskRecord]) -> tuple[float | None, float | None]:
    """Return when the first of ``tasks`` started, and when the last ended if all have."""
    known = list(tasks)
    starts = [task.started for task in known if task.started is not None]
    ends = [task.ended for task in known if task.ended is not None]
    goes_on = any(task.state in (State.RUNNING, State.WAITING) for task in known)
    return min(starts, default=None), None if goes_on else max(ends, default=None)


def iteration_seconds(iteration: IterationRecord) -> float | None:
    """Return how long an iteration took, if it has ended."""
    return elapsed(*find_span(iteration.tasks))


class Counts(NamedTuple):
    """Numbers of jobs."""

    all: int
    done: int
    failed: int


def count_jobs(tasks: Iterable[TaskRecord]) -> Counts:
    """Return the numbers of jobs of ``tasks`` together."""
    known = list(tasks)
    return Counts(
        sum(task.jobs for task in known),
        sum(task.jobs_done for task in known),
        sum(task.jobs_failed for task in known),
    )


#: The worst first.
_GRAVITY = (
    State.FAILED, State.CANCELLED, State.PARTLY, State.RUNNING, State.WAITING, State.FINISHED
)  # fmt: skip


def state_of(tasks: Iterable[TaskRecord]) -> State:
    """Return the gravest state of ``tasks``; waiting if there are none."""
    return min((task.state for task in tasks), key=_GRAVITY.index, default=State.WAITING)


@dataclass(slots=True)
class TaskTime:
    """The time of one task in all iterations.

    :param runs: in how many iterations it has a time.
    """

    name: str
    is_learner: bool
    seconds: float = 0.0
    runs: int = 0
    jobs: int = 0


def task_times(history: History) -> list[TaskTime]:
    """Return the time of each task, in the order in which they first ran."""
    found: dict[str, TaskTime] = {}
    for task in every_task(history):
        time = found.setdefault(task.name, TaskTime(task.name, task.is_learner))
        seconds = elapsed(task.started, task.ended)
        if seconds is not None:
            time.seconds += seconds
            time.runs += 1
        time.jobs += task.jobs
    return list(found.values())


def every_task(history: History) -> Iterator[TaskRecord]:
    """Return the tasks of all iterations."""
    for iteration in history.iterations:
        yield from iteration.tasks


def list_failures(history: History) -> Iterator[tuple[TaskRecord, JobRecord | None]]:
    """Return the jobs that failed, the last first; a task that failed without any, once."""
    for iteration in reversed(history.iterations):
        for task in iteration.tasks:
            if task.failures:
                yield from ((task, job) for job in task.failures)
            elif task.state is State.FAILED:
                yield task, None
