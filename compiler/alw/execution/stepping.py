"""The steps of a compiled workflow in iDDS, in the words of its source.

iDDS knows works by ids and parameters as ``user_…``; the author knows tasks and parameters.  And
it does not say why a loop has ended (*Finished* proves nothing: one that was cut short says it,
too), so :func:`find_end` finds it out.

>>> tasks = Tasks.of(compiled)
>>> request = Request.of(json.dumps(compiled.workflow))
>>> for transform in request.look():
...     step = tasks.step(transform.submission)
...     print(step.iteration, step.name, step.values, step.command)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ..plan.exec_option import read_exec
from ..targets.idds.epilogue import strip_epilogue
from ..targets.idds2.idds_marks import IddsPlaceholders
from .history import End, State
from .judging import Check, LearnerVerdict

if TYPE_CHECKING:
    from ..driver.result import CompiledWorkflow
    from .engine import Submission

Map = Mapping[str, Any]
_USER = "user_"
_ITERATION = IddsPlaceholders().iteration()
WELL = (State.FINISHED, State.PARTLY)
"""After these the tasks that wait for a task are released (``is_processed``)."""
IN_IDDS = {
    State.FINISHED: "Finished",
    State.PARTLY: "SubFinished",
    State.FAILED: "Failed",
    State.CANCELLED: "Cancelled",
}
"""iDDS's names of the states in which a task ends."""


@dataclass(frozen=True, slots=True)
class Step:
    """A task of the source, as iDDS submits it.

    :param name: its name in the source.
    :param task_name: its name in PanDA.
    :param iteration: from 1; 1 where there is no loop.
    :param values: the values of the loop's parameters that it was submitted with, by their names
        in the source and in their order there.
    :param task_map: PanDA's task parameter map, filled in.
    """

    name: str
    task_name: str
    iteration: int
    is_learner: bool
    values: Mapping[str, object]
    task_map: Map

    @property
    def job_command(self) -> str:
        """Return the command that its jobs run, a learner's with the check after it."""
        return job_command(self.task_map)

    @property
    def command(self) -> str:
        """Return the command as the author wrote it, with the values.

        Where prun replaces something, it is prun's own form: ``%RNDM:1``, not ``${SEQNUMBER}``.
        """
        return strip_epilogue(read_exec(self.task_map) or self.job_command)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Return the names of the datasets that it reads."""
        return tuple(_datasets(self.task_map, "input"))

    @property
    def outputs(self) -> tuple[str, ...]:
        """Return the names of the datasets that it writes, without that of its logs."""
        return tuple(_datasets(self.task_map, "output"))

    @property
    def check(self) -> Check | None:
        """Return the check of a learner's result, with the arguments that its job has."""
        return Check.of(self.job_command) if self.is_learner else None


@dataclass(frozen=True, slots=True)
class Tasks:
    """The tasks and the loop of a compiled workflow.

    :param names: the tasks' names in the source by the ids of iDDS's works.
    :param first: the parameters' first values, by their names in the source.
    :param looping: the names of those that are in the loop.
    :param learner: the loop's learner; empty without a loop.
    :param check: that of the learner's result, not filled in; ``None`` without a loop.
    """

    workflow: str
    names: Mapping[str, str]
    first: Mapping[str, object]
    looping: frozenset[str]
    learner: str
    check: Check | None

    @classmethod
    def of(cls, compiled: CompiledWorkflow) -> Tasks:
        """Return what ``compiled``, for iDDS 2, says of its tasks."""
        by_task_name = {made["taskName"]: name for name, made in compiled.tasks.items()}
        names: dict[str, str] = {}
        learner, check = "", None
        for identity, work in _works(compiled.workflow):
            task_map = work["attributes"]["task_parameters"]
            name = names[identity] = by_task_name[task_map["taskName"]]
            if "and_custom_conditions" in work["attributes"]:
                learner, check = name, Check.of(job_command(task_map))
        template = compiled.workflow["attributes"]["template"]["attributes"]
        first = {
            name.removeprefix(_USER): value
            for name, value in template.get("global_parameters", {}).items()
        }
        # in each iteration a task of the loop has another name
        looping = [name for name, made in compiled.tasks.items() if _ITERATION in made["taskName"]]
        return cls(compiled.name, names, first, frozenset(looping), learner, check)

    @property
    def has_loop(self) -> bool:
        """True if there is a loop."""
        return bool(self.learner)

    @property
    def bound(self) -> int | None:
        """Return the greatest number of iterations; ``None`` without a loop."""
        return self.check.bound if self.check else None

    def step(self, submission: Submission) -> Step:
        """Return what is submitted, in the source's words."""
        return Step(
            self.names[submission.work],
            submission.name,
            submission.run or 1,
            submission.learns,
            {name: submission.values[_USER + name] for name in self.first},
            submission.task_map,
        )


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a request, and its reason.

    :param verdict: the same in a sentence.
    """

    end: End
    verdict: str


def find_end(
    tasks: Tasks, iteration: int, states: Mapping[str, State], verdict: LearnerVerdict | None
) -> Ending:
    """Return why a request has ended, for which iDDS has nothing left to do.

    :param iteration: the last one; 1 without a loop.
    :param states: those of the tasks that were submitted in it, by their names in the source.
    :param verdict: of the learner's check in it; ``None`` if the learner did not run or failed.
    """
    bad = [name for name, state in states.items() if state not in WELL]
    missing = [name for name in tasks.names.values() if name not in states]
    lost = f"; {_join_names(missing)} did not run" if missing else ""
    where = f" in iteration {iteration}" if tasks.has_loop else ""
    if bad:
        failed = " and ".join(f"task '{name}' {_SAYS[states[name]]}" for name in bad) + where
        if verdict is None or verdict.goes_on:
            return Ending(End.FAILURE, failed + lost)
        return Ending(End.FAILURE, f"{_end_by_verdict(tasks, verdict).verdict}, but {failed}{lost}")
    if tasks.has_loop and verdict is None:
        return Ending(End.FAILURE, f"learner '{tasks.learner}' has no result{where}{lost}")
    if missing or (verdict is not None and verdict.goes_on):
        what = "the loop early" if tasks.has_loop else "early"
        return Ending(End.FAILURE, f"iDDS has stopped {what}{where and f',{where}'}{lost}")
    if verdict is not None:
        return _end_by_verdict(tasks, verdict)
    return Ending(End.DONE, "all tasks are done")


def _end_by_verdict(tasks: Tasks, verdict: LearnerVerdict) -> Ending:
    number, bound = verdict.iteration, verdict.bound
    if not verdict.condition:
        return Ending(End.CONDITION, f"the condition is false in iteration {number} of {bound}")
    if tasks.check and not tasks.check.has_condition:
        return Ending(End.BOUND, f"all {bound} iterations are done")
    return Ending(End.BOUND, f"the condition still holds after all {bound} iterations")


_SAYS = {
    State.WAITING: "did not start",
    State.RUNNING: "did not end",
    State.FAILED: "failed",
    State.CANCELLED: "was cancelled",
}


def _join_names(names: list[str]) -> str:
    """Return a few names, and how many more there are."""
    shown = ", ".join(f"'{name}'" for name in names[:3])
    more = len(names) - 3
    return f"{shown} and {more} more" if more > 0 else shown


def job_command(task_map: Map) -> str:
    """Return the command in a task parameter map, as the worker node unquotes it.

    It is between ``-p "`` and ``"`` (panda-wnscript, src/rungen/runGen.py, ``-p``).

    :returns: an empty text if the map has none.
    """
    values = [item.get("value") for item in task_map["jobParameters"]]
    if '-p "' not in values:
        return ""
    start = values.index('-p "') + 1
    if '"' not in values[start:]:
        return ""
    return _unquoted("".join(map(str, values[start : values.index('"', start)])))


# a task is asked for its command, its check and its arguments one after the other
_unquoted = lru_cache(maxsize=8)(unquote)


def _datasets(task_map: Map, kind: str) -> Iterator[str]:
    for item in task_map["jobParameters"]:
        if item.get("param_type") == kind and "dataset" in item:
            yield from item["dataset"].split(",")


def _works(workflow: Map) -> Iterator[tuple[str, Map]]:
    """Yield the works of a workflow's JSON with their ids, those of workflows inside as well."""
    for identity, work in workflow["attributes"]["template"]["attributes"]["_works"].items():
        if work["class"] == "Workflow":
            yield from _works(work)
        else:
            yield identity, work
