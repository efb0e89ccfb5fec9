"""Whatever the checker accepts runs on iDDS as written.

Programs are drawn at random (:mod:`tests.engine.generate_programs`), compiled, and stepped through
the real iDDS, which loads the workflow anew between any two steps; learners answer at random.

``ALW_FUZZ=N`` tries N programs, different ones each time.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace

from hypothesis import HealthCheck, given, settings

import alw
from tests.engine.generate_commands import Files, evaluated, shown
from tests.engine.generate_programs import Program, programs
from tests.engine.generate_tasks import Task
from tests.engine.soundness import Run, assert_sound, command, datasets, run
from tests.oracles.epilogue import taken_apart
from tests.oracles.shell_words import shell_words
from tests.oracles.stepping import Submission

EXAMPLES = int(os.environ.get("ALW_FUZZ", "0"))
fuzz = settings(
    max_examples=EXAMPLES or 400,
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
    return None


def execute(program: Program, workflow: alw.CompiledWorkflow) -> Run:
    """Run ``program`` with the results and the failure that were drawn for it."""
    chance = random.Random(program.seed)
    names = {made["taskName"]: name for name, made in workflow.tasks.items()}

    def result(iteration: int) -> bytes:
        drawn = program.results[(iteration - 1) % len(program.results)]
        if isinstance(drawn, bytes):
            return drawn
        mine = {"to_continue": iteration % 2 == 0, "user_m": "x", "num_run": 7, "zzz": None}
        return json.dumps({**mine, **drawn}).encode()

    def fails(submission: Submission) -> bool:
        if program.fails is None or submission.run != program.fails[1]:
            return False
        task = program.tasks[program.fails[0]]
        return submission.name == filled(task.dataset, submission.run) + "/"

    assert set(names.values()) == set(program.tasks)
    return run(
        workflow, result, fails, lambda works: chance.sample(works, len(works)), program.bound
    )


def filled(name: str, iteration: int) -> str:
    return name.replace("{iteration}", str(iteration))


def answers(program: Program) -> Iterator[dict[str, object] | None]:
    """What the learner must tell iDDS in each iteration, until the loop ends."""
    values = {name: first for name, (_, first) in program.params.items()}
    for iteration in range(1, program.bound + 1):
        result = program.results[(iteration - 1) % len(program.results)]
        if isinstance(result, bytes):
            yield None
            return
        typed = {
            name: float(value)  # type: ignore[arg-type]
            if "float" in (program.fields[name], program.params.get(name, "?")[0])
            else value
            for name, value in result.items()
        }
        names = {**program.known, **values, "iteration": iteration}
        try:
            more = bool(
                evaluated(program.condition, {**names, program.learner: SimpleNamespace(**typed)})
            )
        except ArithmeticError:
            yield None
            return
        more = more and iteration < program.bound
        yield {**typed, "to_continue": more}
        if not more:
            return
        values = {name: typed[name] for name in values}


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
    for what, submission in done.events:
        name = names[submission.work]
        if what == "end":
            ended.add((submission.run, name))
            continue
        for parent in program.tasks[name].parents:
            assert (submission.run, parent) in ended, (name, parent)


def check(program: Program) -> bool:
    """Whether ``program`` is accepted; if it is, it must do what it says."""
    workflow = compiled(program)
    if workflow is None:
        return False
    done = execute(program, workflow)
    assert done.first == {name: first for name, (_, first) in program.params.items()}
    assert_sound(done, program.bound)
    for name, submission in done.tasks():
        check_task(program, program.tasks[name], submission, done)
    check_order(program, done)
    wanted = list(answers(program)) if program.learner else []
    found = [done.answers[number] for number in sorted(done.answers)]
    assert found == wanted[: len(found)]
    if program.fails is None:
        assert found == wanted
        assert Counter(submitted(done)) == Counter(expected(program, wanted))
    return True


def submitted(done: Run) -> Iterator[tuple[int, str]]:
    for name, submission in done.tasks():
        yield submission.run, name


def expected(program: Program, told: list[dict[str, object] | None]) -> Iterator[tuple[int, str]]:
    """Which task runs in which iteration when nothing but the learner fails."""
    for number, answer in enumerate(told or [{}], 1):
        last = number == max(len(told), 1)
        for task in program.tasks.values():
            early = task.place in ("body", "learner", "alone")
            if early or (answer is not None and (last or task.place == "follower")):
                yield number, task.name


TRIED: Counter[bool] = Counter()


@fuzz
@given(programs())
def accepted_programs_run_as_written(program: Program) -> None:
    TRIED[check(program)] += 1


def test_accepted_programs_run_as_written() -> None:
    TRIED.clear()
    accepted_programs_run_as_written()
    assert TRIED[True] > 0.6 * TRIED.total()
