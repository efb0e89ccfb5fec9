"""The ends of tasks in a simulation, as the user chooses them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..text.suggest import did_you_mean
from .history import State
from .stepping import Tasks


class UnknownTask(ValueError):
    """An outcome is given for a task, or an iteration, that there is not.

    :param help: what to write instead.
    """

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The tasks that do not simply finish.

    :param given: by the task's name and the iteration, ``None`` for each.
    """

    given: Mapping[tuple[str, int | None], State] = field(default_factory=dict)

    def of(self, name: str, iteration: int) -> State:
        """Return how a task ends in an iteration."""
        always = self.given.get((name, None), State.FINISHED)
        return self.given.get((name, iteration), always)

    def among(self, tasks: Tasks) -> Outcomes:
        """Return those of the tasks of one workflow."""
        known = set(tasks.names.values())
        return Outcomes({key: state for key, state in self.given.items() if key[0] in known})


def resolve_outcomes(given: Mapping[State, Iterable[str]], workflows: Sequence[Tasks]) -> Outcomes:
    """Return the outcomes that are written ``TASK`` or ``TASK.ITERATION``.

    :param given: what is written, by the state that is meant.
    :param workflows: those in which the tasks are looked for.
    :raises UnknownTask: if there is no such task or iteration, or two states are given for one.
    """
    found: dict[tuple[str, int | None], State] = {}
    for state, texts in given.items():
        for text in texts:
            key = _parse_key(text, workflows)
            if found.setdefault(key, state) is not state:
                raise UnknownTask(f"'{text}' cannot end in two ways")
    return Outcomes(found)


def _parse_key(text: str, workflows: Sequence[Tasks]) -> tuple[str, int | None]:
    name, dot, number = text.partition(".")
    having = [tasks for tasks in workflows if name in tasks.names.values()]
    if not having:
        known = {task for tasks in workflows for task in tasks.names.values()}
        help = did_you_mean(name, known, f"the tasks are: {', '.join(sorted(known))}")
        raise UnknownTask(f"there is no task '{name}'", help)
    if not dot:
        return name, None
    # ASCII only: a superscript is a digit, too
    if not (number.isascii() and number.isdigit()) or int(number) == 0:
        raise UnknownTask(f"'{text}' does not end in the number of an iteration", f"{name}.2")
    looping = [tasks for tasks in having if name in tasks.looping]
    if not looping:
        raise UnknownTask(f"'{name}' is not in a loop, and runs once", f"write: {name}")
    most = max(tasks.bound or 1 for tasks in looping)
    if int(number) > most:
        raise UnknownTask(f"'{text}': the loop has at most {most} iterations")
    return name, int(number)
