"""The events of a run, for views of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .history import History, IterationRecord, JobRecord, TaskRecord


@dataclass(frozen=True, slots=True)
class Began:
    """The run begins, or goes on."""

    history: History
    resumed: bool


@dataclass(frozen=True, slots=True)
class IterationBegan:
    """An iteration begins: its first task is released."""

    iteration: IterationRecord


@dataclass(frozen=True, slots=True)
class TaskBegan:
    """The engine has released a task."""

    task: TaskRecord


@dataclass(frozen=True, slots=True)
class JobEnded:
    """A job has ended.

    :param kept: whether it had ended before the run was resumed, and did not run again.
    """

    task: TaskRecord
    job: JobRecord
    kept: bool


@dataclass(frozen=True, slots=True)
class Noted:
    """Something is not as on the grid; told once for a task of the source.

    :param note: what, in a sentence.
    """

    task: TaskRecord
    note: str


@dataclass(frozen=True, slots=True)
class TaskEnded:
    """A task has ended."""

    task: TaskRecord


@dataclass(frozen=True, slots=True)
class IterationEnded:
    """All tasks of an iteration have ended."""

    iteration: IterationRecord


@dataclass(frozen=True, slots=True)
class Waited:
    """A moment without an event."""

    tasks: tuple[TaskRecord, ...]
    """Those that run."""


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The run has ended."""

    history: History


Event = (
    Began
    | IterationBegan
    | TaskBegan
    | JobEnded
    | Noted
    | TaskEnded
    | IterationEnded
    | Waited
    | RunEnded
)
Show = Callable[[Event], None]
"""Shows an event; called in the thread that runs the loop, never from two at once."""
