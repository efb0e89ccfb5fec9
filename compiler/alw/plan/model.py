"""The plan: everything a target needs, and nothing about how it spells it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ..diagnostics.diagnostic import Failed
from ..semantics.expr import IterationNumber, ParamValue
from ..semantics.types import Value

if TYPE_CHECKING:
    from ..sandbox.archive import Archive

Text = tuple[str | ParamValue | IterationNumber, ...]
"""Text with the parts that only the engine can fill in."""


@dataclass(frozen=True, slots=True)
class ActuatorPlan:
    """A learner that iDDS runs itself."""

    executable: str
    arguments: str
    """Formatted with ``parameters`` (``str.format``)."""
    parameters: Mapping[str, Value]
    input: str
    """The dataset that iDDS downloads for it, without the trailing slash."""
    output_json: str
    sandbox: str | None = None
    """Where its files lie; without it, where those of the task lie that it waits for."""


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """One task, ready to be wrapped by a target."""

    name: str
    learns: bool
    in_loop: bool
    parents: tuple[str, ...]
    """The tasks it waits for, in order of mention."""
    dataset: str
    """``outDS`` without the trailing slash, placeholders as the target spells them."""
    task_map: Mapping[str, Any]
    """The PanDA task parameter map, likewise; empty for an actuator."""
    actuator: ActuatorPlan | None = None


@dataclass(frozen=True, slots=True)
class LoopPlan:
    """The loop of a workflow."""

    name: str
    params: Mapping[str, Value]
    """First values."""
    learner: str
    bound: int


@dataclass(frozen=True, slots=True)
class WorkflowPlan:
    """One workflow."""

    name: str
    tasks: tuple[TaskPlan, ...]
    """In source order."""
    loop: LoopPlan | None
    sandboxes: Mapping[str, Archive] = field(default_factory=dict)
    """The archives that its tasks need, by name."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What came of planning a workflow.

    :param whole: the plan, or why there is none.
    :param tasks: the tasks that could be planned, by name.
    """

    whole: WorkflowPlan | Failed
    tasks: Mapping[str, TaskPlan]


class Placeholders(Protocol):
    """How an engine marks the text that it fills in."""

    reserved: re.Pattern[str]
    """What the engine would take for the beginning of a mark, wherever it stands."""
    looked_for_again: str
    """What between three underscores and three is a mark, too, if values have brought it about;
    empty if the engine looks into a text once."""
    counts: bool
    """Whether the engine has a number for the iteration.  Otherwise it gives each submission
    other names by itself."""

    def param(self, name: str) -> str:
        """What stands for the current value of a loop parameter."""
        ...

    def iteration(self) -> str:
        """What stands for the number of the iteration."""
        ...

    def unfilled(self, task_map: Mapping[str, Any]) -> list[str]:
        """The keys of a map in which the engine leaves a placeholder as it is."""
        ...

    def mistaken(self, task_map: Mapping[str, Any], dataset: str) -> list[str]:
        """Return what the engine would replace in a map although nobody means it.

        :param dataset: what the task writes, without the trailing slash.
        """
        ...


class Engine(Protocol):
    """What the planner asks an engine."""

    placeholders: Placeholders
    actuators: bool
    """Whether it runs learners itself."""


def render(text: Text, placeholders: Placeholders, iteration: str | None = None) -> str:
    """``text`` with placeholders.

    :param iteration: what to write for the iteration instead of its placeholder.
    """
    parts: list[str] = []
    for part in text:
        match part:
            case str():
                parts.append(part)
            case ParamValue():
                parts.append(placeholders.param(part.name))
            case IterationNumber():
                parts.append(placeholders.iteration() if iteration is None else iteration)
    return "".join(parts)
