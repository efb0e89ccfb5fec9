"""Playing a compiled workflow step by step, without executing anything.

iDDS's own engine releases the works (:mod:`.engine`), as its server does.  Between two of its looks
exactly one task ends, the one that was submitted first.  The server may look when many have ended
at once; then some of them are taken for running still (docs/engine.md, on tasks that end in one
look).  The compiler accepts only what comes to the same in any order, which tests prove in many
orders (``tests/engine/test_soundness.py``): so the plainest one, which is the same at each call,
does for them all.

Nothing is kept of a look, and of a task that has ended only its row in iDDS's table.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..prun.job_counts import files_per_output, most_jobs
from .engine import IddsRequest, Transform, to_jsonb
from .engine.idds_library import library
from .engine.request import TRANSFORMING
from .history import End, State
from .judging import Judged, LearnerVerdict
from .learner_results import Results
from .outcomes import Outcomes
from .stepping import IN_IDDS, WELL, Ending, Step, Tasks, find_end

if TYPE_CHECKING:
    from ..driver.result import CompiledWorkflow

from .simulation import SimulatedIteration, SimulatedTask

#: So many looks that find nothing running and do nothing: none after them does anything.
_QUIET = 4


class Play:
    """A compiled workflow, played once, iteration by iteration.

    :param results: what learners write.
    :param outcomes: the tasks that do not simply finish.
    """

    def __init__(self, compiled: CompiledWorkflow, results: Results, outcomes: Outcomes) -> None:
        self.tasks = Tasks.of(compiled)
        self.iteration = 0
        """The number of the last iteration."""
        self.submitted = 0
        """The number of tasks that were submitted."""
        self.status = ""
        """The request's status in iDDS."""
        self._compiled = compiled
        self._results = results
        self._outcomes = outcomes.among(self.tasks)
        self._met: set[tuple[str, int | None]] = set()
        self._ending: Ending | None = None

    @property
    def ending(self) -> Ending:
        """Return why it has ended, once all iterations have been."""
        assert self._ending, "it has not ended"
        return self._ending

    @property
    def unmet(self) -> list[str]:
        """Return the outcomes of tasks that did not run, as they are written."""
        left = [key for key in self._outcomes.given if key not in self._met]
        return [name if number is None else f"{name}.{number}" for name, number in left]

    def iterations(self) -> Iterator[SimulatedIteration]:
        """Yield the iterations, each when it is over.

        :raises UnusableResults: if results were given that do not fit.
        """
        request = IddsRequest.of(json.dumps(self._compiled.workflow))
        statuses = library().constants.TransformStatus
        waiting: deque[tuple[Transform, Step]] = deque()
        current = _Iteration()
        quiet = 0
        while request.status in ("New", TRANSFORMING) and not request.errors and quiet < _QUIET:
            if waiting:
                transform, step = waiting.popleft()
                task, judged = self._play_step(step)
                _end(transform, statuses[IN_IDDS[task.state]], judged)
                current.add(task, judged)
            new = request.look()
            quiet = 0 if new or waiting else quiet + 1
            for transform in new:
                step = self.tasks.step(transform.submission)
                if current.tasks and step.iteration > current.tasks[-1].iteration:
                    yield current.done()
                    current = _Iteration()
                self.iteration = step.iteration
                self.submitted += 1
                waiting.append((transform, step))
        self.status = request.status
        self._ending = self._end(request, current)
        if current.tasks:
            yield current.done()

    def _play_step(self, step: Step) -> tuple[SimulatedTask, Judged | None]:
        """Return the task as it ends, and its judged result."""
        self._met |= {(step.name, None), (step.name, step.iteration)} & self._outcomes.given.keys()
        state = self._outcomes.of(step.name, step.iteration)
        judged = None
        if state in WELL and (check := step.check):
            written = self._results(step)
            judged = check.judge_file(None if written is None else json.dumps(written))
            if judged.fields is None:
                state = State.FAILED
        return _task(step, state, judged), judged

    def _end(self, request: IddsRequest, last: _Iteration) -> Ending:
        if request.errors:
            return Ending(End.FAILURE, f"iDDS itself fails: {request.errors[0]}")
        states = {task.name: task.state for task in last.tasks}
        return find_end(self.tasks, self.iteration, states, last.verdict)


def _end(transform: Transform, status: Any, judged: Judged | None) -> None:
    """Let a task be taken by PanDA, and end."""
    transform.submitted, transform.workload = True, transform.identity
    transform.status = status
    if judged and judged.fields is not None:
        transform.output = json.dumps(to_jsonb(judged.fields))
    transform.ended = True
    # the table keeps the row, but nobody needs its map any more
    transform.submission = replace(transform.submission, task_map={}, collections=(), values={})


def _task(step: Step, state: State, judged: Judged | None) -> SimulatedTask:
    result = None
    if judged and judged.fields is not None and (check := step.check):
        result = {name: judged.fields[name] for name in check.fields if name in judged.fields}
    return SimulatedTask(
        step.name,
        step.task_name,
        step.iteration,
        step.is_learner,
        state,
        step.values,
        step.command,
        step.job_command,
        step.inputs,
        step.outputs,
        1 if step.is_learner else None,
        step.is_learner,
        step.task_map,
        result,
        judged.reason if judged else "",
    )


class _Iteration:
    """The tasks of an iteration that have ended, and their numbers of files."""

    def __init__(self) -> None:
        self.tasks: list[SimulatedTask] = []
        self.verdict: LearnerVerdict | None = None
        self._files: dict[str, int | None] = {}

    def add(self, task: SimulatedTask, judged: Judged | None) -> None:
        task = task if task.is_learner else self._count_jobs(task)
        counts = files_per_output(task.task_map, task.most_jobs)
        self._files |= zip(task.outputs, counts, strict=True)
        self.tasks.append(task)
        if judged:
            self.verdict = judged.verdict

    def _count_jobs(self, task: SimulatedTask) -> SimulatedTask:
        names = str(task.task_map.get("dsForIN") or "").split(",")
        files = [self._files.get(name) for name in names if name]
        most = most_jobs(task.task_map, files)
        return replace(task, most_jobs=most, exact=bool(task.task_map.get("noInput")))

    def done(self) -> SimulatedIteration:
        first = self.tasks[0]
        return SimulatedIteration(first.iteration, first.values, tuple(self.tasks))
