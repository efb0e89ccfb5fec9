"""A task while it runs: its jobs, and what has become of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .datasets import StoredFile
from .engine import Transform
from .history import JobRecord, State, TaskRecord
from .jedi import JobPlan
from .stepping import Step

#: So many failed jobs of a task are kept for reports.
_SHOWN = 10


@dataclass(slots=True)
class TaskRun:
    """A task that the engine has released.

    :param waiting: numbers of the jobs that have not begun, with the attempt to come.
    :param sent: a mark of each file that its jobs are sent, by its path.
    :param files: its input files, by name.
    :param jobs: how many jobs it has.
    :param last: the folder of the job that finished last.
    """

    transform: Transform
    step: Step
    directory: Path
    line: int
    started: float
    plans: tuple[JobPlan, ...] = ()
    jobs: int = 0
    files: dict[str, StoredFile] = field(default_factory=dict)
    waiting: deque[tuple[int, int]] = field(default_factory=deque)
    sandbox: Path | None = None
    sent: Mapping[str, str] = field(default_factory=dict)
    running: int = 0
    done: int = 0
    failed: int = 0
    state: State = State.RUNNING
    ended: float | None = None
    result: Mapping[str, object] | None = None
    failures: list[JobRecord] = field(default_factory=list)
    reason: str = ""
    last: Path | None = None
    inputs: dict[str, int] = field(default_factory=dict)
    outputs: dict[str, int] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Whether none of its jobs runs or is going to."""
        return not self.waiting and not self.running

    def plan(self, plans: tuple[JobPlan, ...]) -> None:
        """Take its jobs: all of them wait."""
        self.plans, self.jobs = plans, len(plans)
        self.waiting.extend((number, 1) for number in range(len(plans)))

    def forget(self) -> None:
        """Forget what only a running task needs: a loop may have a thousand iterations."""
        self.plans, self.files, self.sent = (), {}, {}

    def note_failure(self, record: JobRecord) -> None:
        """Count a job that has failed for good."""
        self.failed += 1
        if len(self.failures) < _SHOWN:
            self.failures.append(record)

    def record(self) -> TaskRecord:
        """Return what is known of it now."""
        return TaskRecord(
            name=self.step.name,
            task_name=self.step.task_name.rstrip("/"),
            iteration=self.step.iteration,
            is_learner=self.step.is_learner,
            state=self.state,
            values=self.step.values,
            directory=self.directory,
            jobs=self.jobs,
            jobs_done=self.done,
            jobs_failed=self.failed,
            started=self.started,
            ended=self.ended,
            result=self.result,
            inputs=dict(self.inputs),
            outputs=dict(self.outputs),
            line=self.line,
            failures=tuple(self.failures),
            reason=self.reason,
        )
