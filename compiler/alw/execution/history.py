"""The history of a run: its iterations, their tasks and jobs, and its end.

Plain data.  A run on this machine makes it, and a report shows it; nothing here knows how jobs
are executed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path


class State(Enum):
    """The state of a task or a job."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    PARTLY = "partly finished"
    """Of a task: some jobs have failed.  iDDS says *SubFinished*."""
    FAILED = "failed"
    CANCELLED = "cancelled"


class End(Enum):
    """The reason for which a run ended."""

    CONDITION = "condition"
    """The loop's condition is false: it has converged."""
    BOUND = "bound"
    """The condition still holds, but the greatest number of iterations is reached."""
    DONE = "done"
    """Every task is done; there is no loop."""
    FAILURE = "failure"
    """A task has failed, and nothing more is released."""
    CUT = "cut"
    """``--fast`` allows no further iteration."""
    INTERRUPTED = "interrupted"
    """Ctrl-C or a signal: ``alw run --resume`` goes on."""


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job.

    :param serial: its number in the task, from 1.
    :param command: what the shell runs.
    :param directory: where it ran: its files, ``stdout`` and ``stderr`` are there.
    :param started: seconds since the epoch; ``None`` before it starts.
    :param exit_status: of the command; ``None`` if it has none.
    :param reason: why it failed, in words; empty if it has not.
    :param attempts: how often it was started in all.
    :param rerun: why it ran again when the run was resumed; empty if it did not.
    """

    serial: int
    state: State
    command: str
    directory: Path
    started: float | None = None
    ended: float | None = None
    exit_status: int | None = None
    reason: str = ""
    attempts: int = 1
    rerun: str = ""


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """A task of one iteration.

    :param name: its name in the source.
    :param task_name: its name in PanDA.
    :param iteration: from 1; 1 where there is no loop.
    :param values: the values of the parameters that it was submitted with.
    :param jobs: the number of its jobs.
    :param jobs_done: how many have finished.
    :param jobs_failed: how many have failed for good.
    :param result: the fields that iDDS read of a learner; ``None`` before that, and for others.
    :param inputs: names of the datasets that it reads, with the number of files of each.
    :param outputs: the same of what it writes.
    :param directory: the folder of its jobs.
    :param line: the line of the source that defines it, from 1; 0 if unknown.
    :param failures: the first of the jobs that failed.
    :param reason: why it failed as a whole, if not by its jobs: it has no input, say.
    """

    name: str
    task_name: str
    iteration: int
    is_learner: bool
    state: State
    values: Mapping[str, object]
    directory: Path
    jobs: int = 0
    jobs_done: int = 0
    jobs_failed: int = 0
    started: float | None = None
    ended: float | None = None
    result: Mapping[str, object] | None = None
    inputs: Mapping[str, int] = field(default_factory=dict)
    outputs: Mapping[str, int] = field(default_factory=dict)
    line: int = 0
    failures: tuple[JobRecord, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class IterationRecord:
    """An iteration of the loop.

    :param number: from 1.
    :param values: the values of the loop's parameters in it.
    :param tasks: in the order of their submission.
    """

    number: int
    values: Mapping[str, object]
    tasks: tuple[TaskRecord, ...]

    @property
    def result(self) -> Mapping[str, object]:
        """Return the fields of all learners of the iteration, by ``learner.field``."""
        return {
            f"{task.name}.{key}": value
            for task in self.tasks
            for key, value in (task.result or {}).items()
            if key != "to_continue"
        }


@dataclass(frozen=True, slots=True)
class History:
    """A run, whole or up to now.

    :param workflow: its name.
    :param source: the path of the file that defines it.
    :param directory: the folder of the run.
    :param iterations: in order.  Without a loop there is one.
    :param has_loop: whether the workflow has a loop.
    :param bound: the greatest number of iterations; ``None`` if it is not known.
    :param end: why the run ended; ``None`` while it goes on.
    :param verdict: the same in a sentence.
    :param engine_status: the request's status in iDDS.
    :param limits: what ``--fast`` left out, in words; empty for a whole run.
    :param started: seconds since the epoch.
    """

    workflow: str
    source: str
    directory: Path
    iterations: tuple[IterationRecord, ...]
    has_loop: bool
    started: float
    bound: int | None = None
    ended: float | None = None
    end: End | None = None
    verdict: str = ""
    engine_status: str = ""
    limits: str = ""

    @property
    def ok(self) -> bool:
        """True if the run has ended as its author wants: by condition, by bound, or done."""
        return self.end in (End.CONDITION, End.BOUND, End.DONE, End.CUT)

    @property
    def values(self) -> Mapping[str, object]:
        """Return the values of the parameters in the last iteration."""
        return self.iterations[-1].values if self.iterations else {}

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the names of the parameters."""
        return tuple(dict.fromkeys(name for i in self.iterations for name in i.values))

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the names of the result fields, as ``learner.field``."""
        return tuple(dict.fromkeys(name for i in self.iterations for name in i.result))

    def column(self, name: str) -> list[object]:
        """Return the values of a parameter, or of a field ``learner.field``, by iteration.

        Where an iteration has none, it is ``None``.

        :raises KeyError: if nothing is called so.
        """
        if name in self.parameters:
            return [iteration.values.get(name) for iteration in self.iterations]
        if name in self.fields:
            return [iteration.result.get(name) for iteration in self.iterations]
        known = (*self.parameters, *self.fields)
        there = f"there are: {', '.join(known)}" if known else "there is nothing yet"
        raise KeyError(f"no parameter and no field is called {name!r}: {there}")
