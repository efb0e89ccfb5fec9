"""The resolved program: what a source means, before any rule about loops or PanDA."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from ..syntax.tree import Block, Declaration
from ..text.source import Source, Span
from .expr import Known, TypedExpr
from .types import Type

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class Setting:
    """An attribute of a task or a workflow."""

    name: str
    """As it is written: ``dataset``, ``out_ds`` or ``outDS``."""
    name_span: Span
    term: TypedExpr


@dataclass(frozen=True, slots=True)
class Param:
    """A loop parameter."""

    name: str
    name_span: Span
    type: Type
    first: Known | None
    span: Span


@dataclass(frozen=True, slots=True)
class ResultField:
    """A field that a learner's result file holds."""

    name: str
    name_span: Span
    type: Type


@dataclass(frozen=True, slots=True)
class ResultFile:
    """The result file of a learner."""

    file: str
    file_span: Span
    fields: tuple[ResultField, ...]
    span: Span
    is_complete: bool
    """True if every field could be read."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A task or loop named in ``after``."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class MapChange:
    """A literal part of a stored map's command, and what stands there instead."""

    old: str
    old_span: Span
    new: TypedExpr
    times: int
    """The number of times that the part occurs, in each of the two places that hold the command."""


@dataclass(frozen=True, slots=True)
class Argument:
    """A value among the arguments of an actuator."""

    name: str
    """As it is written there; empty for an expression."""
    term: TypedExpr


@dataclass(frozen=True, slots=True)
class Actuator:
    """A learner written as an actuator; ``exec`` holds the same as one command."""

    executable: TypedExpr
    arguments: tuple[str | Argument, ...]
    span: Span
    name_span: Span
    """The place of ``executable``."""


@dataclass(frozen=True, slots=True)
class Task:
    """A ``task`` or a ``learn``."""

    name: str
    name_span: Span
    head: Span
    learns: bool
    loop: str
    """The loop in whose body it is; empty outside of loops."""
    settings: Mapping[str, Setting]
    """By canonical name: prun's own, ``outDS``, ``inDS``, ``nJobs``, or the language's, ``map``."""
    after: tuple[Mention, ...]
    results: tuple[ResultFile, ...]
    replacements: tuple[MapChange, ...]
    is_complete: bool
    """True if the body could be read, and every name in it means something."""
    leaves: tuple[TypedExpr, ...]
    """The leaves of the expressions in the body."""
    command: str
    """The text of its command, each value in it a digit; empty without one."""
    actuator: Actuator | None = None
    _facts: dict[object, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def in_loop(self) -> bool:
        """True if it is in the body of a loop."""
        return bool(self.loop)

    @property
    def terms(self) -> Iterator[TypedExpr]:
        """Every term in the body."""
        for setting in self.settings.values():
            yield setting.term
        for replacement in self.replacements:
            yield replacement.new

    @property
    def result(self) -> ResultFile | None:
        """The result, if the task is a learner that declares one."""
        return self.results[0] if self.results else None


def fact(find: Callable[[Task], Fact]) -> Callable[[Task], Fact]:
    """Have ``find``, which looks at the task alone, called once for each task.

    Most tasks of a workflow stay as they are while an editor changes one.
    """

    @wraps(find)
    def known(task: Task) -> Fact:
        facts = task._facts
        if find not in facts:
            facts[find] = find(task)
        found: Fact = facts[find]
        return found

    return known


@dataclass(frozen=True, slots=True)
class Repetition:
    """The condition and the bound of a loop."""

    condition: TypedExpr | None
    """``None`` without one, and if something in it was wrong."""
    has_condition: bool
    """A condition is written, even if it is wrong."""
    bound: int | None
    has_bound: bool
    """``at most`` is written, even if its number is wrong."""
    span: Span


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop: its parameters, and the names of the tasks of its body."""

    name: str
    head: Span
    params: tuple[Param, ...]
    tasks: tuple[str, ...]
    repeats: tuple[Repetition, ...]
    is_complete: bool
    """True if the body could be read."""

    @property
    def bound(self) -> int | None:
        """The largest number of iterations, if the loop says it."""
        return self.repeats[0].bound if self.repeats else None

    def param(self, name: str) -> Param | None:
        """The parameter of that name."""
        return next((p for p in self.params if p.name == name), None)


@dataclass(frozen=True, slots=True)
class Named:
    """A declared input or constant."""

    name: str
    span: Span
    declaration: Span
    """The whole declaration."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a workflow, for editors: their meanings and places.

    :param meanings: what defines each name; tasks, loops, and what loops hold, among them.
    :param loops: the loop in which a name is defined, of those that are in one.
    :param values: of the inputs and constants that have one.
    :param mentions: where a name is used, and where what it means is defined; ``None`` for
        what nothing defines.
    """

    meanings: Mapping[str, Declaration | Block]
    loops: Mapping[str, str]
    values: Mapping[str, Known]
    mentions: Mapping[Span, Span | None]


@dataclass(frozen=True, slots=True)
class Workflow:
    """One workflow, which becomes a request."""

    source: Source = field(compare=False, repr=False)
    name: str
    name_span: Span
    head: Span
    inputs: tuple[Named, ...]
    constants: tuple[Named, ...]
    used: frozenset[str]
    """The inputs and constants that something uses."""
    settings: Mapping[str, Setting]
    """By canonical name."""
    tasks: Mapping[str, Task]
    """By name, in source order, those of the loop among them."""
    loops: tuple[Loop, ...]
    names: Names = field(compare=False, repr=False)

    def loop_around(self, task: Task) -> Loop | None:
        """Return the loop in whose body ``task`` is."""
        return next((loop for loop in self.loops if loop.name == task.loop), None)

    @property
    def last_iteration(self) -> int:
        """The largest number of an iteration of any loop; 1 without a loop that says it."""
        return max((loop.bound or 1 for loop in self.loops), default=1)

    def last_iteration_of(self, task: Task) -> int:
        """Return the largest number of an iteration in which ``task`` runs, or that it reads."""
        loop = self.loop_around(task)
        return self.last_iteration if loop is None else loop.bound or 1
