"""The plan: everything a target needs, and nothing about how it spells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ..check.capabilities import Capabilities
from ..diagnostics.diagnostic import Failed
from ..panda.archives import find_place
from ..semantics.expr import TypedExpr
from ..semantics.types import Value

if TYPE_CHECKING:
    from ..prun.command import Part
    from ..prun.plan_context import PlanContext
    from ..sandbox.archive import Archive
    from ..semantics.program import Task
    from ..text.source import Span


@dataclass(frozen=True, slots=True)
class ActuatorPlan:
    """A learner that the engine runs itself, as no PanDA task."""

    executable: str
    arguments: str
    """Formatted with ``parameters`` (``str.format``)."""
    parameters: Mapping[str, Value]
    input: str
    """The dataset that the engine downloads for it, without the trailing slash."""
    output_json: str
    sandbox: str | None = None
    """The address of its files; without it, it uses those of the task that it waits for."""
    removes_old_result: bool = True
    """True if it removes a file of the result's name before its command runs."""


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """One task, ready to be wrapped by a target."""

    name: str
    learns: bool
    loop: str
    """The loop in whose body it is; empty outside of loops."""
    parents: tuple[str, ...]
    """The tasks it waits for, in order of mention."""
    dataset: str
    """``outDS`` without the trailing slash, placeholders as the target spells them."""
    task_map: Mapping[str, Any]
    """The PanDA task parameter map, likewise; empty for an actuator."""
    actuator: ActuatorPlan | None = None

    @property
    def in_loop(self) -> bool:
        """True if it is in the body of a loop."""
        return bool(self.loop)


@dataclass(frozen=True, slots=True)
class LoopPlan:
    """A loop of a workflow."""

    name: str
    params: Mapping[str, Value]
    """First values."""
    learner: str
    bound: int
    """The largest number of iterations."""
    condition: TypedExpr | None
    """The condition for another iteration; ``None`` for always, up to the bound."""


@dataclass(frozen=True, slots=True)
class WorkflowPlan:
    """One workflow."""

    name: str
    tasks: tuple[TaskPlan, ...]
    """In source order."""
    loops: tuple[LoopPlan, ...]
    """In source order."""
    sandboxes: Mapping[str, Archive] = field(default_factory=dict)
    """The archives that its tasks need, by name."""

    @property
    def loop(self) -> LoopPlan | None:
        """The only loop, if there is one: for engines that run no more.

        :raises ValueError: if there are several.
        """
        if not self.loops:
            return None
        (loop,) = self.loops
        return loop

    def archive_of(self, task: TaskPlan) -> Archive | None:
        """Return the files that are sent with a task; ``None`` if they are on PanDA's cache."""
        if task.actuator is not None:
            name = (task.actuator.sandbox or "").rpartition("/")[2]
        else:
            place = find_place(task.task_map)
            name = place.name if place else ""
        return self.sandboxes.get(name)


@dataclass(frozen=True, slots=True)
class Planned:
    """The result of planning a workflow.

    :param whole: the plan, or why there is none.
    :param tasks: the tasks that could be planned, by name.
    """

    whole: WorkflowPlan | Failed
    tasks: Mapping[str, TaskPlan]


class Engine(Protocol):
    """An engine, as far as the planner asks."""

    capabilities: Capabilities

    def compile_learner(
        self, context: PlanContext, task: Task, parts: tuple[Part, ...], span: Span
    ) -> tuple[Part, ...] | Failed:
        """Return the command of a learner's job.

        :param parts: the author's command.
        :param span: where it is.
        """
        ...

    def plan_actuator(self, context: PlanContext, task: Task) -> ActuatorPlan | Failed | None:
        """Return a learner as the engine runs it itself; ``None`` for a PanDA task."""
        ...
