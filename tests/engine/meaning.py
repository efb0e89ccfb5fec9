"""What a program means, computed from what was drawn: nothing here knows the compiler.

The language's rules (grammar/language.md, "Data between tasks" and "After the loop"): a task starts
when those that it waits for have finished, wholly or in part; the loop goes on as its learner says;
tasks outside of it run in its last iteration.  The request's final status is iDDS's: that of the
tasks of the last iteration (clerk.py:1124-1165).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace

from tests.engine.generate_commands import evaluated
from tests.engine.generate_programs import Program
from tests.engine.generate_tasks import Task
from tests.oracles.clerk import Ending

PROCESSED = (Ending.FINISHED, Ending.SUBFINISHED)
Answer = dict[str, object]
Drawn = Mapping[tuple[str, int], Ending]
"""Tasks that do not simply finish, in an iteration."""


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
    values = {name: first for name, (_, first) in program.params.items()}

    def answer(iteration: int) -> Answer | None:
        found = _answer(program, iteration, values)
        if found:
            values.update({name: found[name] for name in values})
        return found

    return happens(list(program.tasks.values()), answer, program.endings)


def happens(
    tasks: Sequence[Task], answer: Callable[[int], Answer | None], endings: Drawn
) -> Meaning:
    """Return what happens to ``tasks``.

    :param tasks: each after those that it waits for.
    :param answer: what the learner's check lets through, asked once for each iteration.
    """
    meaning = Meaning()
    iteration = 0
    goes_on = True
    while goes_on:
        iteration += 1
        ended: dict[str, Ending] = {}
        found = None
        for task in (task for task in tasks if task.place != "behind"):
            _end(task, ended, endings, iteration)
            if task.place == "learner" and ended.get(task.name) in PROCESSED:
                found = meaning.answers[iteration] = answer(iteration)
                if found is None:
                    ended[task.name] = Ending.FAILED
        goes_on = found is not None and found["to_continue"] is True
        if found is not None and not goes_on:
            for task in (task for task in tasks if task.place == "behind"):
                _end(task, ended, endings, iteration)
        meaning.ended |= {(iteration, name): ending for name, ending in ended.items()}
        meaning.status = _status(ended.values())
    return meaning


def _end(task: Task, ended: dict[str, Ending], endings: Drawn, iteration: int) -> None:
    """Let ``task`` run if what it waits for has ended well."""
    if all(ended.get(parent) in PROCESSED for parent in task.parents):
        ended[task.name] = endings.get((task.name, iteration), Ending.FINISHED)


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
