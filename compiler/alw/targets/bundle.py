"""The requests to the engine that a workflow is lowered to, with everything that each needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..plan.model import WorkflowPlan
    from ..sandbox.archive import Archive


@dataclass(frozen=True, slots=True)
class BundledRequest:
    """One request to the engine.

    :param name: unique in its bundle.
    :param workflow: the engine's workflow JSON, as Python data.
    :param setup: workflow JSON that the engine runs first to make the workflow, if it needs one.
    :param tasks: the PanDA task parameter map of every task, by the task's name, with the
        engine's placeholders.
    :param sandboxes: the archives that its tasks send, by name.
    :param after: the names of the requests that must end before it is sent.
    """

    name: str
    workflow: Mapping[str, Any]
    setup: Mapping[str, Any] | None = None
    tasks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sandboxes: Mapping[str, Archive] = field(default_factory=dict)
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bundle:
    """The requests of one workflow, each after those that it waits for."""

    requests: tuple[BundledRequest, ...]

    @property
    def only(self) -> BundledRequest:
        """The only request.

        :raises ValueError: if there are several.
        """
        (request,) = self.requests
        return request


def bundle_one(plan: WorkflowPlan, workflow: Mapping[str, Any]) -> Bundle:
    """Return the bundle of a plan that becomes one request."""
    tasks = {task.name: task.task_map for task in plan.tasks if task.task_map}
    request = BundledRequest(plan.name, workflow, tasks=tasks, sandboxes=plan.sandboxes)
    return Bundle((request,))
