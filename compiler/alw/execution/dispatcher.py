"""The jobs of the tasks that the engine has released: which begins when, and what it has made."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..targets.idds.epilogue import strip_epilogue
from .catalog import Datasets, StoredFile
from .events import JobEnded, Noted, Show, Waited
from .history import JobRecord, State
from .jedi import JobPlan
from .pool import Pool, Processes
from .run_job import Job, Outcome, run_job
from .run_limits import Limits
from .store import Basis, Store, Stored
from .task_runs import BUILD, TaskRun
from .worker import BuildJob, Container, Program, WorkerJob, wrapper_of

#: The longest pause between two events, in seconds.
_MOMENT = 0.2


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
    :param program: what runs containers; ``None``: jobs run without one.
    """

    def __init__(
        self,
        folder: Path,
        store: Store,
        datasets: Datasets,
        limits: Limits,
        program: Program | None,
        show: Show,
    ) -> None:
        self._data = folder / "data"
        self._store = store
        self._datasets = datasets
        self._limits = limits
        self._program = program
        self._show = show
        self._processes = Processes()
        self._pool: Pool[Outcome] = Pool(limits.at_once)
        self._open: list[TaskRun] = []
        self._noted: set[tuple[str, str]] = set()
        self._begun: dict[tuple[str, int], _Begun] = {}

    def add(self, task: TaskRun) -> None:
        """Take the jobs of a task."""
        self._open.append(task)

    @property
    def is_idle(self) -> bool:
        """True if all tasks have ended."""
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
        task = next((task for task in self._open if task.can_begin), None)
        if task is None:
            return False
        number, attempt = task.waiting.popleft()
        if number == BUILD:
            return self._begin_build(task, attempt)
        plan = task.plans[number]
        inputs = {file: task.files[file] for files in plan.streams.values() for file in files}
        marks = {file.name: file.mark for file in inputs.values()}
        basis = Basis(plan.parameters, marks, task.sent, self._image(task))
        begun = self._decide(task, number, plan.serial, attempt, basis)
        if begun is None:
            return True
        work = WorkerJob(
            parameters=plan.parameters,
            directory=begun.folder,
            wrapper=wrapper_of(task.step.task_map),
            sandbox=task.sandbox,
            inputs={file.name: file.path for file in inputs.values()},
            container=self._container(task),
            memory_mb=self._limits.memory_mb,
            cores=int(task.step.task_map.get("coreCount") or 1),
        )
        self._begin(task, plan.serial, plan, work)
        return True

    def _begin_build(self, task: TaskRun, attempt: int) -> bool:
        basis = Basis(task.build, {}, task.sent, self._image(task))
        begun = self._decide(task, BUILD, 0, attempt, basis)
        if begun is not None:
            work = BuildJob(
                task.build,
                begun.folder,
                task.sandbox,
                self._container(task),
                self._limits.memory_mb,
            )
            self._begin(task, 0, None, work)
        return True

    def _decide(
        self, task: TaskRun, number: int, serial: int, attempt: int, basis: Basis
    ) -> _Begun | None:
        """Return a job that begins; ``None`` if what it made before is taken."""
        name = task.step.task_name
        before = self._store.job(name, serial)
        rerun = before.why_again(basis) if before and attempt == 1 else ""
        if before and attempt == 1 and not rerun:
            if self._take(task, serial, before):
                return None
            rerun = "its outputs are gone or have changed"
        attempts = before.attempts + 1 if before else 1
        label = str(serial) if number != BUILD else "build"
        folder = task.directory / (label if attempts == 1 else f"{label}.{attempts}")
        begun = _Begun(task, number, attempt, folder, rerun, time.time())
        self._store.begin(name, serial, attempts, basis, folder, begun.started)
        self._begun[name, serial] = begun
        return begun

    def _begin(
        self, task: TaskRun, serial: int, plan: JobPlan | None, work: WorkerJob | BuildJob
    ) -> None:
        task.running += 1
        job = Job(task.step.task_name, serial, plan, work, self._data, self._limits.seconds)
        self._pool.begin(partial(run_job, job, self._processes))

    def _take(self, task: TaskRun, serial: int, before: Stored) -> bool:
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
        if serial == 0:
            return self._built(task, Path(before.directory))
        record = JobRecord(
            serial,
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
        name, serial = outcome.job.task, outcome.job.serial
        begun = self._begun.pop((name, serial))
        task = begun.task
        task.running -= 1
        outputs: dict[str, dict[str, str]] = {}
        for dataset, file in outcome.outputs:
            outputs.setdefault(dataset, {})[file.name] = file.mark
        state = State.FINISHED if outcome.ok else State.FAILED
        self._store.end(
            name,
            serial,
            state.value,
            outcome.ended_at,
            outcome.exit_status,
            outcome.reason,
            outputs,
        )
        record = JobRecord(
            serial,
            state,
            strip_epilogue(outcome.command),
            begun.folder,
            begun.started,
            outcome.ended_at,
            outcome.exit_status,
            outcome.reason,
            begun.attempt,
            begun.rerun,
        )
        for note in outcome.notes:
            if (task.step.name, note) not in self._noted:
                self._noted.add((task.step.name, note))
                self._show(Noted(task.record(), note))
        if outcome.ok and begun.number == BUILD:
            self._built(task, begun.folder)
        elif outcome.ok:
            self._finish(task, record, outcome.outputs, kept=False)
        elif begun.attempt < self._limits.attempts:
            again = begun.number, begun.attempt + 1
            (task.waiting.appendleft if begun.number == BUILD else task.waiting.append)(again)
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

    def _built(self, task: TaskRun, folder: Path) -> bool:
        """Have the jobs of a task get what its build has left; return whether it is there."""
        tree = folder / "library"
        if not tree.is_dir():
            return False
        task.sandbox, task.build = tree, ""
        return True

    # Containers

    def _container(self, task: TaskRun) -> Container | None:
        image = self._image(task)
        return Container(image, self._program) if self._program and image else None

    def _image(self, task: TaskRun) -> str:
        image = task.step.task_map.get("container_name")
        return str(image) if image and self._program else ""
