"""The jobs of the tasks that the engine has released: which begins when, and what it has made."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from .datasets import Datasets, StoredFile
from .events import JobEnded, Show, Waited
from .history import JobRecord, State
from .jedi import JobPlan
from .jobs import Job, Outcome, run_job
from .pool import Pool, Processes
from .store import Basis, Store, Stored
from .tasks import TaskRun
from .worker import Container, WorkerJob

#: How long at most nothing is shown, in seconds.
_MOMENT = 0.2


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a run may do.

    :param at_once: so many jobs run at once.
    :param seconds: the limit of a job's time.
    :param memory_mb: the limit of a job's memory, in MB.
    :param attempts: how often a job is tried.
    :param jobs: only the first jobs of each task run, so many; ``None``: all.
    :param iterations: after so many the loop ends; ``None``: by itself.
    """

    at_once: int = 1
    seconds: float | None = None
    memory_mb: int | None = None
    attempts: int = 1
    jobs: int | None = None
    iterations: int | None = None

    def __str__(self) -> str:
        """Say what is left out, in words; nothing for a whole run."""
        said = []
        if self.jobs is not None:
            said.append(f"at most {self.jobs} {'job' if self.jobs == 1 else 'jobs'} per task")
        if self.iterations is not None:
            plural = "iteration" if self.iterations == 1 else "iterations"
            said.append(f"at most {self.iterations} {plural}")
        return ", ".join(said)


@dataclass(frozen=True, slots=True)
class _Begun:
    """A job that runs."""

    task: TaskRun
    number: int
    attempt: int
    folder: Path
    rerun: str
    started: float


class Dispatcher:
    """Begins jobs, and puts what they make into their datasets.

    :param folder: the run's.
    :param container: the program that runs containers; ``None``: jobs run without one.
    """

    def __init__(
        self,
        folder: Path,
        store: Store,
        datasets: Datasets,
        limits: Limits,
        container: Container | None,
        show: Show,
    ) -> None:
        self._data = folder / "data"
        self._store = store
        self._datasets = datasets
        self._limits = limits
        self._container = container
        self._show = show
        self._processes = Processes()
        self._pool: Pool[Outcome] = Pool(limits.at_once)
        self._open: list[TaskRun] = []
        self._begun: dict[tuple[str, int], _Begun] = {}

    def add(self, task: TaskRun) -> None:
        """Take the jobs of a task."""
        self._open.append(task)

    @property
    def is_idle(self) -> bool:
        """Whether all tasks have ended."""
        return not self._open

    def close(self) -> None:
        """Kill what runs."""
        self._processes.stop()
        self._pool.close()

    def until_tasks_end(self) -> list[TaskRun]:
        """Run jobs until a task ends; return all that have.

        :raises OSError: if the disk is full.
        """
        while self._open:
            over = [task for task in self._open if task.is_over]
            if over:
                self._open = [task for task in self._open if not task.is_over]
                return over
            if self._pool.free and self._begin_next():
                continue
            outcome = self._pool.wait(_MOMENT)
            if outcome is None:
                self._show(Waited(tuple(task.record() for task in self._open)))
            else:
                self._note(outcome)
        return []

    # Beginning

    def _begin_next(self) -> bool:
        """Begin the next job that waits, or take what it has made before."""
        task = next((task for task in self._open if task.waiting), None)
        if task is None:
            return False
        number, attempt = task.waiting.popleft()
        plan, name = task.plans[number], task.step.task_name
        inputs = {file: task.files[file] for files in plan.streams.values() for file in files}
        basis = Basis(
            plan.parameters,
            {file.name: file.mark for file in inputs.values()},
            task.sent,
            self._image(task),
        )
        before = self._store.job(name, plan.serial)
        rerun = before.why_again(basis) if before and attempt == 1 else ""
        if before and attempt == 1 and not rerun:
            if self._take(task, plan, before):
                return True
            rerun = "its outputs are gone or have changed"
        attempts = before.attempts + 1 if before else 1
        folder = task.directory / (f"{plan.serial}" + (f".{attempts}" if attempts > 1 else ""))
        work = WorkerJob(
            parameters=plan.parameters,
            transformation=str(task.step.task_map.get("transPath", "")),
            directory=folder,
            sandbox=task.sandbox,
            inputs={file.name: file.path for file in inputs.values()},
            container=self._container_of(task),
            memory_mb=self._limits.memory_mb,
        )
        started = time.time()
        self._store.begin(name, plan.serial, attempts, basis, folder, started)
        self._begun[name, plan.serial] = _Begun(task, number, attempt, folder, rerun, started)
        task.running += 1
        job = Job(name, plan, attempt, work, self._data, self._limits.seconds)
        self._pool.begin(partial(run_job, job, self._processes))
        return True

    def _take(self, task: TaskRun, plan: JobPlan, before: Stored) -> bool:
        """Take what a job has made before; return whether all of it is still there."""
        found: list[tuple[str, StoredFile]] = []
        for dataset, files in before.outputs.items():
            for name, mark in files.items():
                try:
                    file = StoredFile.at(self._data / dataset / name)
                except OSError:
                    return False
                if file.mark != mark:
                    return False
                found.append((dataset, file))
        record = JobRecord(
            plan.serial,
            State.FINISHED,
            "",
            Path(before.directory),
            before.started,
            before.ended,
            before.exit_status,
            attempts=before.attempts,
        )
        self._finish(task, record, found, kept=True)
        return True

    # Ending

    def _note(self, outcome: Outcome) -> None:
        """Note what has become of a job."""
        name, plan = outcome.job.task, outcome.job.plan
        begun = self._begun.pop((name, plan.serial))
        task = begun.task
        task.running -= 1
        outputs: dict[str, dict[str, str]] = {}
        for dataset, file in outcome.outputs:
            outputs.setdefault(dataset, {})[file.name] = file.mark
        state = State.FINISHED if outcome.ok else State.FAILED
        self._store.end(
            name,
            plan.serial,
            state.value,
            outcome.ended_at,
            outcome.exit_status,
            outcome.reason,
            outputs,
        )
        record = JobRecord(
            plan.serial,
            state,
            outcome.command,
            begun.folder,
            begun.started,
            outcome.ended_at,
            outcome.exit_status,
            outcome.reason,
            begun.attempt,
            begun.rerun,
        )
        if outcome.ok:
            self._finish(task, record, outcome.outputs, kept=False)
        elif begun.attempt < self._limits.attempts:
            task.waiting.append((begun.number, begun.attempt + 1))
        else:
            task.count(record)
            self._show(JobEnded(task.record(), record, kept=False))

    def _finish(
        self,
        task: TaskRun,
        record: JobRecord,
        outputs: Iterable[tuple[str, StoredFile]],
        kept: bool,
    ) -> None:
        for dataset, file in outputs:
            self._datasets.add(dataset, file)
            task.outputs[dataset] = task.outputs.get(dataset, 0) + 1
        task.count(record)
        self._show(JobEnded(task.record(), record, kept))

    # Containers

    def _container_of(self, task: TaskRun) -> Container | None:
        image = self._image(task)
        return replace(self._container, image=image) if self._container and image else None

    def _image(self, task: TaskRun) -> str:
        image = task.step.task_map.get("container_name")
        return str(image) if image and self._container else ""
