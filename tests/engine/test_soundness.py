"""Whatever the checker accepts runs on iDDS as written, in whichever order things happen.

Programs are drawn at random (:mod:`tests.engine.generate_programs`), with results of their learner
and endings of their tasks; what they mean is known beforehand (:mod:`tests.engine.meaning`).  They
are compiled, and the clerk of iDDS runs them (:mod:`tests.oracles.clerk`).

``ALW_FUZZ=N`` tries N programs, different ones each time, ``ALW_ORDERS=M`` each in M orders.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from itertools import pairwise

from hypothesis import HealthCheck, given, settings

import alw
from tests.engine.generate_commands import Files, shown
from tests.engine.generate_programs import Program, programs
from tests.engine.generate_tasks import Task
from tests.engine.meaning import Meaning, meaning_of
from tests.engine.soundness import Run, assert_sound, command, datasets, run
from tests.oracles.clerk import Ending, Order, Submission, orders
from tests.oracles.epilogue import taken_apart
from tests.oracles.shell_words import shell_words

EXAMPLES = int(os.environ.get("ALW_FUZZ", "0"))
ORDERS = int(os.environ.get("ALW_ORDERS", "3"))
PLACES = ("alone", "body", "learner", "follower", "behind")
fuzz = settings(
    max_examples=EXAMPLES or 150,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def compiled(program: Program) -> alw.CompiledWorkflow | None:
    """What ``program`` compiles to; ``None`` if it is refused, which is explained."""
    compilation = alw.compile_text(program.text, program.inputs)
    if compilation.ok:
        (workflow,) = compilation.workflows.values()
        return workflow
    assert not compilation.workflows
    assert all(d.message and d.code for d in compilation.diagnostics)
    errors = {d.code for d in compilation.diagnostics if d.severity == "error"}
    assert errors != {"ALW701"} or not must_run(program)
    return None


def must_run(program: Program) -> bool:
    """Whether nothing stands in the engine's way: no crowd, and nothing waits for one of several
    tasks that follow the learner beside each other."""
    at = {place: [t for t in program.tasks.values() if t.place == place] for place in PLACES}
    followers = {task.name for task in at["follower"]}
    chained = all(one.name in two.parents for one, two in pairwise(at["follower"]))
    free = not any(task.parents & followers for task in at["follower"])
    waited_for = any(task.parents & followers for task in at["behind"])
    if len(at["body"]) > 7 or not (chained or free or len(followers) <= 3):
        return False
    return chained or not waited_for


def execute(program: Program, workflow: alw.CompiledWorkflow, order: Order) -> Run:
    """Run ``program`` with the results and the endings that were drawn for it."""

    def result(iteration: int) -> bytes:
        drawn = program.results[(iteration - 1) % len(program.results)]
        if isinstance(drawn, bytes):
            return drawn
        mine = {"to_continue": iteration % 2 == 0, "user_m": "x", "num_run": 7, "zzz": None}
        return json.dumps({**mine, **drawn}).encode()

    def ends(submission: Submission) -> Ending:
        for (name, iteration), ending in program.endings.items():
            wanted = filled(program.tasks[name].dataset, iteration) + "/"
            if (submission.run, submission.name) == (iteration, wanted):
                return ending
        return Ending.FINISHED

    return run(workflow, result, ends, order)


def filled(name: str, iteration: int) -> str:
    return name.replace("{iteration}", str(iteration))


def check_task(program: Program, task: Task, submission: Submission, done: Run) -> None:
    """A submitted task sees the words, names and data that the source says."""
    iteration = submission.run
    early = task.place in ("body", "learner")
    values = done.values(iteration) if early else done.values_behind(iteration)
    assert submission.name == filled(task.dataset, iteration) + "/"
    assert submission.learns == (task.place == "learner")
    wanted = [shown(word, values, iteration, task.reads) for word in task.words]
    sent = command(submission.task_map)
    if submission.learns:
        learner = taken_apart(sent)
        assert list(learner.words) == wanted
        assert learner.file == task.outputs[0]
        assert learner.arguments[0] == str(iteration)
    else:
        assert shell_words(sent) == wanted
    outputs = [f"{filled(task.dataset, iteration)}_{file}/" for file in task.outputs]
    assert datasets(submission.task_map, "output") == outputs
    assert datasets(submission.task_map, "input") == [
        name_of(program, files, iteration) for files in task.reads
    ]


def name_of(program: Program, files: Files, iteration: int) -> str:
    """The dataset that is read."""
    if not files.task:
        return program.external[str(files.output)]
    owner = program.tasks[files.task]
    return f"{filled(owner.dataset, iteration)}_{owner.outputs[int(files.output)]}/"


def check_order(program: Program, done: Run) -> None:
    """A task starts when those that it waits for have ended in its iteration."""
    names = done.names()
    ended: set[tuple[int, str]] = set()
    for what, submission in done.trace.events:
        name = names[submission.work]
        if what == "end":
            ended.add((submission.run, name))
            continue
        for parent in program.tasks[name].parents:
            assert (submission.run, parent) in ended, (name, parent)


def check(program: Program, number: int = ORDERS) -> bool:
    """Whether ``program`` is accepted; if it is, it must do what it says, in every order."""
    workflow = compiled(program)
    if workflow is None:
        return False
    assert set(workflow.tasks) == set(program.tasks)
    meaning = meaning_of(program)
    for order in (program.order, *orders(number - 1, program.order.seed + 1)):
        check_run(program, meaning, execute(program, workflow, order))
    return True


def check_run(program: Program, meaning: Meaning, done: Run) -> None:
    """What happened in one order is what the program means."""
    assert done.first == {name: first for name, (_, first) in program.params.items()}
    assert_sound(done, program.bound)
    for name, submission in done.tasks():
        check_task(program, program.tasks[name], submission, done)
    check_order(program, done)
    submitted = Counter((submission.run, name) for name, submission in done.tasks())
    assert submitted == Counter(meaning.ended.keys())
    assert done.answers == meaning.answers
    assert done.trace.status == meaning.status


TRIED: Counter[bool] = Counter()


@fuzz
@given(programs())
def accepted_programs_run_as_written(program: Program) -> None:
    TRIED[check(program)] += 1


def test_accepted_programs_run_as_written() -> None:
    TRIED.clear()
    accepted_programs_run_as_written()
    assert TRIED[True] > 0.6 * TRIED.total()
