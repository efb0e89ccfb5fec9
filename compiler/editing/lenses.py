"""What can be done with a task."""

from __future__ import annotations

from dataclasses import dataclass

from ..compilation import Analysis
from ..source import Span

_TITLE = "show compiled task map"


@dataclass(frozen=True, slots=True)
class Lens:
    """An action shown above the head of a task.

    :param workflow: the name of the task's workflow.
    """

    span: Span
    title: str
    workflow: str
    task: str


def lenses(analysis: Analysis) -> tuple[Lens, ...]:
    """An action for each task that has a task map."""
    return tuple(
        Lens(task.head, _TITLE, workflow.name, task.name)
        for workflow, _, planned in analysis.workflows
        for task in workflow.tasks.values()
        if task.name in planned.tasks and planned.tasks[task.name].task_map
    )
