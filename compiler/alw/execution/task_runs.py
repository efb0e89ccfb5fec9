"""A task while it runs, with its jobs."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

from .catalog import StoredFile
from .engine import Transform
from .history import JobRecord, State, TaskRecord
from .jedi import SCOUTS, JobPlan, library, scouts_suffice, uses_scouts
from .stepping import Step

#: The number of the build among those of jobs.
BUILD = -1
#: So many failed jobs of a task are kept for reports.
_SHOWN = 10


@dataclass(slots=True)
class TaskRun:
    """A task that the engine has released.

    :param waiting: numbers of the jobs that have not begun, with the attempt to come.
    :param began: when its first job did.
    :param build: the command line of the job that builds what the others get; empty if there is
        none, or if it has run.
    :param sent: a mark of each file that its jobs are sent, by its path.
    :param files: its input files, by name.
    :param jobs: how many jobs it has.
    :param scouts_done: how many of its first jobs, the scouts, have finished.
    :param given_up: whether its scouts did so badly that the other jobs do not run.
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
    build: str = ""
    sandbox: Path | None = None
    sent: Mapping[str, str] = field(default_factory=dict)
    running: int = 0
    done: int = 0
    failed: int = 0
    scouts_done: int = 0
    scouts_failed: int = 0
    given_up: bool = False
    state: State = State.RUNNING
    began: float | None = None
    ended: float | None = None
    result: Mapping[str, object] | None = None
    failures: list[JobRecord] = field(default_factory=list)
    reason: str = ""
    last: Path | None = None
    inputs: dict[str, int] = field(default_factory=dict)
    outputs: dict[str, int] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Return its number in PanDA, which is in the names of its files: of its name only."""
        return 10_000_000 + crc32(self.step.task_name.encode()) % 90_000_000

    @property
    def is_over(self) -> bool:
        """True if none of its jobs runs or is going to."""
        return not self.waiting and not self.running

    @property
    def can_begin(self) -> bool:
        """True if a job of it can begin: while it builds, none can."""
        return bool(self.waiting) and not (self.build and self.running)

    def plan(self, plans: tuple[JobPlan, ...]) -> None:
        """Take its jobs: all of them wait."""
        self.plans, self.jobs = plans, len(plans)
        self.build = _build(self.step.task_map, self.number)
        if self.build:
            self.waiting.append((BUILD, 1))
        self.waiting.extend((number, 1) for number in range(len(plans)))

    def forget(self) -> None:
        """Forget what only a running task needs: a loop may have a thousand iterations."""
        self.plans, self.files, self.sent = (), {}, {}

    def count(self, record: JobRecord) -> None:
        """Count a job that has ended for good."""
        self._note_times(record)
        is_scout = record.serial <= SCOUTS
        if record.state is State.FINISHED:
            self.done += 1
            self.scouts_done += is_scout
            self.last = record.directory
            return
        if record.serial == 0:
            self.given_up, self.reason = True, "its build failed"
            self.failures.append(record)
            self.waiting.clear()
            return
        self.failed += 1
        self.scouts_failed += is_scout
        if len(self.failures) < _SHOWN:
            self.failures.append(record)
        task_map = self.step.task_map
        tried = self.scouts_done + self.scouts_failed
        if tried == SCOUTS < self.jobs and uses_scouts(task_map) and not self.given_up:
            self._judge_scouts()

    def _note_times(self, record: JobRecord) -> None:
        """Take the time of its jobs, also of those that have run before an interruption."""
        if record.started is not None:
            self.began = min(self.began or record.started, record.started)
        if record.ended is not None:
            self.ended = max(self.ended or record.ended, record.ended)

    def _judge_scouts(self) -> None:
        """Run no more of its jobs if too many scouts have failed, as PanDA does."""
        if scouts_suffice(self.step.task_map, self.scouts_done, self.scouts_failed):
            return
        self.given_up = True
        self.reason = f"{self.scouts_failed} of its first {SCOUTS} jobs failed: PanDA gives it up"
        self.waiting.clear()

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
            started=self.began or self.started,
            ended=self.ended if self.state is not State.RUNNING else None,
            result=self.result,
            inputs=dict(self.inputs),
            outputs=dict(self.outputs),
            line=self.line,
            failures=tuple(self.failures),
            reason=self.reason,
        )


def _build(task_map: Mapping[str, Any], number: int) -> str:
    """Return the command line of a task's build job; empty if it would do nothing.

    What a build only unpacks and packs again, each job can unpack (panda-wnscript, buildGen.py).
    """
    parameters = str(task_map.get("buildSpec", {}).get("jobParameters", ""))
    if "--bexec" not in parameters:
        return ""
    archive = task_map["buildSpec"].get("archiveName") or ""
    names = {"IN": archive, "OUT": library(number), "SURL": task_map.get("sourceURL", "")}
    for name, value in names.items():
        parameters = parameters.replace(f"${{{name}}}", value)
    return parameters
