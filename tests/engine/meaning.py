"""What a program means, computed from what was drawn: nothing here knows the compiler.

The language's rules (grammar/language.md, "From task to task" and "Behind the loop"): a task starts
when those that it waits for have finished, wholly or in part; the loop goes on as its learner says;
tasks outside of it run in its last iteration.  The request's final status is iDDS's: that of the
tasks of the last iteration (clerk.py:1124-1165).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace

from tests.engine.generate_commands import evaluated
from tests.engine.generate_programs import Program
from tests.engine.generate_tasks import Task
from tests.oracles.clerk import Ending

PROCESSED = (Ending.FINISHED, Ending.SUBFINISHED)
Answer = dict[str, object]


@dataclass
class Meaning:
    """What must happen, in whichever order."""

    ended: dict[tuple[int, str], Ending] = field(default_factory=dict)
    """Every task that runs in an iteration, and how it ends."""
    answers: dict[int, Answer | None] = field(default_factory=dict)
    """What iDDS reads of the learner; ``None`` if its check fails the job."""
    status: str = ""


def meaning_of(program: Program) -> Meaning:
    """Return what ``program`` means with the results and endings drawn for it."""
    meaning = Meaning()
    before = [task for task in program.tasks.values() if task.place != "behind"]
    behind = [task for task in program.tasks.values() if task.place == "behind"]
    values = {name: first for name, (_, first) in program.params.items()}
    iteration = 0
    while True:
        iteration += 1
        ended: dict[str, Ending] = {}
        answer = None
        for task in before:  # as drawn: each comes after those that it waits for
            _end(program, task, iteration, ended)
            if task.place == "learner" and ended.get(task.name) in PROCESSED:
                answer = meaning.answers[iteration] = _answer(program, iteration, values)
                if answer is None:
                    ended[task.name] = Ending.FAILED
        goes_on = answer is not None and answer["to_continue"]
        if answer is not None and not goes_on:
            for task in behind:
                _end(program, task, iteration, ended)
        meaning.ended |= {(iteration, name): ending for name, ending in ended.items()}
        if answer is None or not goes_on:
            meaning.status = _status(ended.values())
            return meaning
        values = {name: answer[name] for name in values}


def _end(program: Program, task: Task, iteration: int, ended: dict[str, Ending]) -> None:
    """Let ``task`` run in ``iteration`` if what it waits for has ended well."""
    if all(ended.get(parent) in PROCESSED for parent in task.parents):
        ended[task.name] = program.endings.get((task.name, iteration), Ending.FINISHED)


def _status(endings: Iterable[Ending]) -> str:
    kinds = set(endings)
    if kinds == {Ending.FINISHED}:
        return "Finished"
    return "SubFinished" if kinds & set(PROCESSED) else "Failed"


def _answer(program: Program, iteration: int, values: Mapping[str, object]) -> Answer | None:
    result = program.results[(iteration - 1) % len(program.results)]
    if isinstance(result, bytes):
        return None
    typed: Answer = {
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
        return None
    return {**typed, "to_continue": more and iteration < program.bound}
