"""What holds for every accepted program, whatever it says: run it and look.

The clerk of iDDS runs a compiled workflow, in some order; the check that was compiled into its
learner decides, on results that are handed in, what iDDS gets to read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import alw
from alw.execution.jedi import fill_markers
from tests.oracles import clerk
from tests.oracles.clerk import Ending, Order, Submission, Trace, to_jsonb
from tests.oracles.clerk.model import Endings
from tests.oracles.epilogue import Learner, checked, taken_apart

Values = Mapping[str, object]
MARK = "___idds___"
_ITERATION = f"{MARK}num_run___"
#: A name between braces that nothing has replaced: not the ``${…}`` of JEDI and of shells.
_PLACEHOLDER = re.compile(r"(?<!\$)\{[A-Za-z_][\w.\[\]]*\}|%7B\w+%7D")


@dataclass(frozen=True)
class Run:
    """A workflow that was run to its end."""

    compiled: alw.CompiledWorkflow
    order: Order
    first: Values
    """The first values of the loop's parameters."""
    trace: Trace
    answers: Mapping[int, Values | None]
    """What iDDS has read of the learner in each iteration; ``None`` if its check failed."""
    learners: Mapping[int, Learner]

    def values(self, iteration: int) -> dict[str, object]:
        """Return the current value of every parameter when an iteration begins."""
        values = self.values_behind(iteration - 1) if iteration > 1 else dict(self.first)
        # The database gives some numbers back in another way.
        return {k: to_jsonb(v) if self.order.jsonb else v for k, v in values.items()}

    def values_behind(self, iteration: int) -> dict[str, object]:
        """Return the same when the learner of that iteration has ended."""
        answer = self.answers.get(iteration)
        before = self.values(iteration)
        values = {name: (answer or before)[name] for name in before}
        return {k: to_jsonb(v) if self.order.jsonb else v for k, v in values.items()}

    def tasks(self) -> Iterator[tuple[str, Submission]]:
        """Return what was submitted, with the names of the tasks in the source."""
        names = self.names()
        for submission in self.trace.submissions:
            yield names[submission.work], submission

    def names(self) -> dict[str, str]:
        """Return the names of the tasks by the ids of their works."""
        maps = {made["taskName"]: name for name, made in self.compiled.tasks.items()}
        return {
            identity: maps[work["attributes"]["task_parameters"]["taskName"]]
            for identity, work in works(self.compiled.workflow)
        }


def works(workflow: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Return the works of a workflow's JSON with their ids, those of workflows inside as well."""
    for identity, work in workflow["attributes"]["template"]["attributes"]["_works"].items():
        if work["class"] == "Workflow":
            yield from works(work)
        else:
            yield identity, work


@dataclass
class _Desk:
    """Answers for the learner."""

    results: Callable[[int], bytes | None]
    answers: dict[int, dict[str, object] | None] = field(default_factory=dict)
    learners: dict[int, Learner] = field(default_factory=dict)

    def answer(self, submission: Submission) -> dict[str, object] | None:
        run = submission.run
        if run not in self.answers:
            learner = self.learners[run] = taken_apart(command(submission.task_map))
            self.answers[run] = _checked(learner, self.results(run))
        return self.answers[run]


_checked = lru_cache(maxsize=4096)(checked)


def run(
    compiled: alw.CompiledWorkflow,
    results: Callable[[int], bytes | None],
    endings: Endings = lambda submission: Ending.FINISHED,
    order: Order | None = None,
) -> Run:
    """Run ``compiled`` to its end.

    :param results: the file that the learner's command leaves in each iteration.
    :param endings: how a task ends if nothing fails its job.
    """
    template = compiled.workflow["attributes"]["template"]["attributes"]
    first = {
        name.removeprefix("user_"): value
        for name, value in template.get("global_parameters", {}).items()
    }
    context = _Desk(results)
    order = order or Order()

    def ends(submission: Submission) -> Ending:
        ending = endings(submission)
        reads = submission.learns and ending in (Ending.FINISHED, Ending.SUBFINISHED)
        return Ending.FAILED if reads and context.answer(submission) is None else ending

    trace = clerk.run(compiled.workflow, context.answer, ends, order)
    return Run(compiled, order, first, trace, context.answers, context.learners)


def command(task_map: Mapping[str, Any]) -> str:
    """The command of the job, unquoted as the worker node does."""
    values = [item["value"] for item in task_map["jobParameters"]]
    start = values.index('-p "')
    return unquote("".join(values[start + 1 : values.index('"', start)]))


def datasets(task_map: Mapping[str, Any], kind: str) -> list[str]:
    """The datasets that a task reads (``input``) or writes (``output``)."""
    items = task_map["jobParameters"]
    return [i["dataset"] for i in items if i.get("param_type") == kind and "dataset" in i]


def written(task_map: Mapping[str, Any]) -> list[str]:
    """Every dataset that a task fills, its log's among them."""
    logs = [task_map["log"]["dataset"]] if "log" in task_map else []
    return [*datasets(task_map, "output"), *logs]


def assert_sound(done: Run, bound: int) -> None:
    """The promises of the language about any run of an accepted program.

    :param bound: what the program says behind ``at most``.
    """
    assert done.trace.ended, (done.trace.status, done.trace.errors)
    runs = [submission.run for submission in done.trace.submissions]
    assert runs == sorted(runs) and len(set(runs)) <= bound
    assert all(
        not answer or answer["to_continue"] is (number in runs[:-1] and number + 1 in runs)
        for number, answer in done.answers.items()
    ), "iDDS does what the learner's check has said"
    _assert_names_are_fresh(done)
    learned: set[int] = set()
    for name, submission in done.tasks():
        number = submission.run
        values = done.values_behind(number) if number in learned else done.values(number)
        assert submission.task_map == fill_markers(done.compiled.tasks[name], values, number), name
        assert_nothing_is_left(submission)
        if submission.learns:
            learned.add(number)
    _assert_inputs_are_of_their_iteration(done)


def assert_nothing_is_left(submission: Submission) -> None:
    """No placeholder of the engine or of the language is left.

    The author's own words may hold braces; they are not looked into here.
    """
    assert MARK not in repr(submission.task_map)
    assert MARK not in "".join(submission.collections)
    items = submission.task_map["jobParameters"]
    own = {"cliParams", "jobParameters"}
    rest = [v for k, v in submission.task_map.items() if k not in own]
    fixed = [item for item in items if item.get("padding") is not False]
    assert not _PLACEHOLDER.search(repr(rest).replace("{'", "").replace('{"', ""))
    assert not any(_PLACEHOLDER.search(str(v)) for item in fixed for v in item.values())


def _assert_names_are_fresh(done: Run) -> None:
    """No task's name and no dataset comes twice, in whichever iteration."""
    names = [submission.name for submission in done.trace.submissions]
    assert len(names) == len(set(names)), names
    filled = [name for s in done.trace.submissions for name in written(s.task_map)]
    assert len(filled) == len(set(filled)), filled


def _assert_inputs_are_of_their_iteration(done: Run) -> None:
    """What is read of the loop was written before, in the same iteration."""
    there: dict[int, set[str]] = {}
    for name, submission in done.tasks():
        now = there.setdefault(submission.run, set())
        marked = datasets(done.compiled.tasks[name], "input")
        read = datasets(submission.task_map, "input")
        known = {name.rpartition(":")[2] for name in submission.collections}
        for wanted, found in zip(_single(marked), _single(read), strict=True):
            if _ITERATION in wanted:
                assert found in now, (name, submission.run, found)
            assert found.rpartition(":")[2].rstrip("/") in known, "iDDS waits for what is read"
        now.update(datasets(submission.task_map, "output"))


def _single(names: Sequence[str]) -> list[str]:
    """Return the names in lists with commas between them."""
    return [name for several in names for name in several.split(",")]
