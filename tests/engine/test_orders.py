"""The samples and programs of the shapes that people run, in many orders, whatever a task does.

Each task finishes, finishes in part, fails, is cancelled, or is never accepted by PanDA, in the
first iteration and in the last; what runs and the request's final status are as the source says.

``ALW_ORDERS=M`` tries each in M orders.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass

import pytest

import alw
from tests.conftest import ROOT
from tests.engine.generate_tasks import Task
from tests.engine.meaning import happens
from tests.engine.programs import BEHIND_THE_LOOP, CHAIN, FOLLOWERS, MANY_PARAMETERS, compiled
from tests.engine.soundness import works
from tests.oracles.clerk import Ending, Submission, orders, run

ORDERS = int(os.environ.get("ALW_ORDERS", "4"))
RUNS = 3
VALUES: dict[str, object] = {
    "m1": 0.25,
    "m2": 1e-7,
    "nevents": 100,
    "gain": 1.5,
    "error": 0.5,
    "m": 2.5,
    "x": -0.5,
    "n": 9,
    "fast": False,
    "tag": "t",
    "score": 1.0,
}


@dataclass(frozen=True)
class Shape:
    """A program, and what its source says of the order of tasks."""

    source: str
    """The name of a sample, or the program itself."""
    tasks: tuple[Task, ...]

    @property
    def loops(self) -> bool:
        return any(task.place == "learner" for task in self.tasks)

    def compiled(self) -> alw.CompiledWorkflow:
        if "{" in self.source:
            return compiled(self.source)
        compilation = alw.compile(ROOT / "samples" / f"{self.source}.alw")
        (workflow,) = compilation.workflows.values()
        return workflow


def shape(source: str, *tasks: str) -> Shape:
    """A task is written ``place name: parents``."""
    made = []
    for text in tasks:
        title, _, parents = text.partition(":")
        place, name = title.split()
        made.append(Task(name, place, parents=set(parents.split())))
    return Shape(source, tuple(made))


SHAPES = {
    "hello": shape("hello", "alone greet:"),
    "active_learning": shape("active_learning", "body simulate:", "learner merge: simulate"),
    "existing_task": shape("existing_task", "body simulate:", "learner merge: simulate"),
    "actuator": shape("actuator", "body simulate:", "learner merge: simulate"),
    "detector": shape("detector", "body measure:", "learner adjust: measure"),
    "chain": shape(
        CHAIN, "alone evgen:", "alone external:", "alone sim: evgen", "alone both: sim external"
    ),
    "many": shape(
        MANY_PARAMETERS,
        *("body signal:", "body background:", "body mix: signal background"),
        "learner choose: mix background",
    ),
    "behind": shape(
        BEHIND_THE_LOOP,
        *("body simulate:", "body fit: simulate", "learner decide: simulate fit"),
        *("follower note: decide", "behind final: decide", "behind report: final note"),
    ),
    "followers": shape(
        FOLLOWERS,
        *("body left:", "body right:", "learner decide: left right"),
        *("follower plot: decide", "follower table: decide", "follower note: plot table"),
        *("behind final: decide", "behind paper: decide", "behind send: final paper"),
    ),
}
CASES = [
    (name, task.name, ending)
    for name, one in SHAPES.items()
    for task in one.tasks
    for ending in list(Ending)[1:]
]


def test_every_sample_is_here() -> None:
    assert {path.stem for path in (ROOT / "samples").glob("*.alw")} <= set(SHAPES)


@pytest.mark.parametrize("name", SHAPES)
def test_a_program_runs_to_its_end_in_every_order(name: str) -> None:
    check(SHAPES[name], {})


@pytest.mark.parametrize(("name", "task", "ending"), CASES)
def test_whatever_a_task_does_the_rest_is_as_written(name: str, task: str, ending: Ending) -> None:
    for iteration in (1, RUNS) if SHAPES[name].loops else (1,):
        check(SHAPES[name], {(task, iteration): ending})


def check(one: Shape, endings: dict[tuple[str, int], Ending]) -> None:
    workflow = one.compiled()
    maps = {made["taskName"]: name for name, made in workflow.tasks.items()}
    names = {
        identity: maps[work["attributes"]["task_parameters"]["taskName"]]
        for identity, work in works(workflow.workflow)
    }
    meaning = happens(one.tasks, answer, endings)

    def ends(submission: Submission) -> Ending:
        return endings.get((names[submission.work], submission.run), Ending.FINISHED)

    for order in orders(ORDERS):
        trace = run(workflow.workflow, lambda submission: answer(submission.run), ends, order)
        ran = Counter((submission.run, names[submission.work]) for submission in trace.submissions)
        assert (ran, trace.status) == (Counter(meaning.ended.keys()), meaning.status), order
        assert trace.ended, (order, trace.errors)


def answer(iteration: int) -> dict[str, object]:
    return {**VALUES, "to_continue": iteration < RUNS}
