"""The loop on this machine: iDDS releases tasks, and their jobs run here.

The engine looks at the request, as its server's clerk does, and releases what is due; each task
is cut into jobs as JEDI does and each job carried out as on a worker node; when tasks have ended,
the engine is told and looks again.  Nothing here decides what runs next.

A run that is resumed goes the same way from its beginning.  A job that has run before on the same
basis (:class:`.store.Basis`) is not run again: its outputs are where they were.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..text.plural import count
from .catalog import Datasets, StoredFile
from .dispatcher import Dispatcher
from .engine import IddsRequest, Transform, to_jsonb
from .engine.idds_library import library
from .events import (
    Began,
    IterationBegan,
    IterationEnded,
    Noted,
    RunEnded,
    Show,
    TaskBegan,
    TaskEnded,
)
from .history import End, History, IterationRecord, State
from .jedi import CannotPlan, InputFile, split_into_jobs, task_state
from .judging import LearnerVerdict, find_verdict
from .learner_output import UnreadableResult, read_result
from .logs import read_last_lines
from .run_limits import Limits
from .sandboxes import SandboxStore
from .stepping import IN_IDDS, WELL, Ending, Tasks, find_end
from .store import Store
from .task_runs import TaskRun
from .worker import Program, WorkerError

if TYPE_CHECKING:
    from ..driver.result import CompiledWorkflow

#: So many looks that release nothing while nothing runs: none after them does anything.
_QUIET = 4


class Runner:
    """Runs a workflow to its end.

    :param folder: the run's, absolute.
    :param given: the files of the datasets that no task makes.
    :param program: what runs containers; ``None``: jobs run without one.
    """

    def __init__(
        self,
        workflow: CompiledWorkflow,
        folder: Path,
        store: Store,
        given: Mapping[str, Sequence[StoredFile]],
        limits: Limits,
        program: Program | None,
        show: Show,
    ) -> None:
        self._workflow = workflow
        self._tasks = Tasks.of(workflow)
        self._lines = workflow.lines
        self._folder = folder
        self._store = store
        self._datasets = Datasets(given)
        self._limits = limits
        self._show = show
        self._sandboxes = SandboxStore(workflow, folder / "sandboxes")
        self._request = IddsRequest.of(json.dumps(workflow.workflow))
        self._dispatcher = Dispatcher(folder, store, self._datasets, limits, program, show)
        self._past: list[IterationRecord] = []
        self._now: list[TaskRun] = []
        """The tasks of the iteration that goes on."""
        self._verdict: LearnerVerdict | None = None
        """The verdict of the learner's check in it."""
        self._told: set[str] = set()
        self._resumed = store.get("started") is not None
        self._started: float = store.get("started") or time.time()
        self._ending: Ending | None = None
        self._ended: float | None = None

    def run(self) -> History:
        """Run to the end, or to an interruption.

        :raises OSError: if the disk is full, or files have changed since they were compiled.
        :raises sqlite3.Error: if the state cannot be stored.
        """
        self._store.put(workflow=self._workflow.name, started=self._started, end=None)
        self._show(Began(self.history(), self._resumed))
        try:
            self._loop()
            self._ending = self._with_former_failures(self._conclude())
        except KeyboardInterrupt:
            self._ending = Ending(End.INTERRUPTED, "interrupted")
        finally:
            self._dispatcher.close()
        self._end_iteration()
        self._ended = time.time()
        self._store.put(end=self._ending.end.value, verdict=self._ending.verdict)
        history = self.history()
        self._show(RunEnded(history))
        return history

    def history(self) -> History:
        """Return what has happened up to now."""
        current = (self._iteration(),) if self._now else ()
        return History(
            self._workflow.name,
            self._workflow.source,
            self._folder,
            (*self._past, *current),
            self._tasks.has_loop,
            self._started,
            self._tasks.bound,
            self._ended,
            self._ending.end if self._ending else None,
            self._ending.verdict if self._ending else "",
            self._request.status,
            str(self._limits),
        )

    # The engine

    def _loop(self) -> None:
        quiet = 0
        while quiet < _QUIET:
            new = self._request.look()
            for transform in new:
                self._begin(transform)
            if self._request.status not in ("New", "Transforming"):
                return
            quiet = 0 if new or not self._dispatcher.is_idle else quiet + 1
            for task in self._dispatcher.until_tasks_end():
                self._end(task)

    def _conclude(self) -> Ending:
        """Return why there is nothing left to do."""
        if self._request.errors:
            return Ending(End.FAILURE, f"iDDS has failed: {self._request.errors[-1]}")
        iteration = self._now[0].step.iteration if self._now else 1
        states = {task.step.name: task.state for task in self._now}
        verdict = self._verdict
        cut = self._limits.iterations
        if verdict is not None and verdict.goes_on and iteration == cut:
            ending = find_end(self._tasks, iteration, states, replace(verdict, goes_on=False))
            said = f"the loop would go on after {count(cut, 'iteration')}"
            return ending if ending.end is End.FAILURE else Ending(End.CUT, said)
        return find_end(self._tasks, iteration, states, verdict)

    def _with_former_failures(self, ending: Ending) -> Ending:
        """Say which tasks failed in iterations before the last: iDDS does not mind."""
        failed = [
            f"'{task.name}' failed in iteration {task.iteration}"
            for iteration in self._past
            for task in iteration.tasks
            if task.state is State.FAILED
        ]
        if not failed:
            return ending
        more = f" and {len(failed) - 3} more" if len(failed) > 3 else ""
        return Ending(ending.end, f"{ending.verdict}; {', '.join(failed[:3])}{more}")

    # Tasks

    def _begin(self, transform: Transform) -> None:
        """Begin a task that the engine has released."""
        step = self._tasks.step(transform.submission)
        if self._now and self._now[0].step.iteration != step.iteration:
            self._end_iteration()
        folder = self._folder / "iterations" / str(step.iteration) / step.name
        line = self._lines.get(step.name, 0)
        task = TaskRun(transform, step, folder, line, time.time())
        self._plan(task)
        self._now.append(task)
        self._dispatcher.add(task)
        statuses = library().constants.TransformStatus
        transform.status = statuses.Transforming
        transform.submitted, transform.workload = True, transform.identity
        if len(self._now) == 1:
            self._show(IterationBegan(self._iteration()))
        self._show(TaskBegan(task.record()))
        elsewhere = self._sandboxes.elsewhere(step.task_map)
        if elsewhere and step.name not in self._told:
            self._told.add(step.name)
            note = f"its sandbox {elsewhere} is in PanDA's cache, not here: its jobs lack the files"
            self._show(Noted(task.record(), note))

    def _plan(self, task: TaskRun) -> None:
        """Cut a task into jobs."""

        def files(dataset: str) -> Sequence[InputFile] | None:
            found = self._datasets.files(dataset)
            if found is None:
                return None
            task.inputs[dataset] = len(found)
            task.files.update((file.name, file) for file in found)
            return [InputFile(file.name, file.size) for file in found]

        try:
            plans = split_into_jobs(
                task.step.task_map, files, known=self._datasets.names, task_id=task.number
            )
            task.sandbox, task.sent = self._sandboxes.of(task.step.task_map)
        except (CannotPlan, WorkerError) as error:
            task.reason = str(error)
            return
        task.plan(plans[: self._limits.jobs])
        for dataset in {output.dataset for plan in task.plans for output in plan.outputs}:
            self._datasets.make(dataset)
            (self._folder / "data" / dataset).mkdir(parents=True, exist_ok=True)

    def _end(self, task: TaskRun) -> None:
        """Tell the engine how a task has ended."""
        task.ended = task.ended or time.time()
        task.state = task_state(task.done, task.failed, task.jobs)
        if task.given_up or not task.jobs:
            task.state = State.FAILED
        if task.step.is_learner and task.state in WELL:
            self._read_result(task)
        transform = task.transform
        transform.status = library().constants.TransformStatus[IN_IDDS[task.state]]
        transform.ended = True
        # The rest of the map is large, and nobody asks for it again.
        name = {"taskName": transform.submission.task_map["taskName"]}
        transform.submission = replace(transform.submission, task_map=name)
        task.forget()
        self._show(TaskEnded(task.record()))

    def _read_result(self, task: TaskRun) -> None:
        files = [
            (file.name, file.path)
            for dataset in task.outputs
            for file in self._datasets.files(dataset) or ()
        ]
        try:
            result = read_result(task.step.task_map, files)
        except UnreadableResult as error:
            task.state, task.reason = State.FAILED, str(error)
            return
        if task.step.name == self._tasks.learner and task.last:
            self._verdict = find_verdict("\n".join(read_last_lines(task.last / "stderr")))
            if task.step.iteration == self._limits.iterations:
                result["to_continue"] = False
        task.result = result
        task.transform.output = json.dumps(to_jsonb(result))

    # Iterations

    def _iteration(self) -> IterationRecord:
        first = self._now[0].step
        records = tuple(task.record() for task in self._now)
        return IterationRecord(first.iteration, first.values, records)

    def _end_iteration(self) -> None:
        if self._now:
            iteration = self._iteration()
            self._past.append(iteration)
            self._now, self._verdict = [], None
            self._show(IterationEnded(iteration))
