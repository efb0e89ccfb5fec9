"""Actions above tasks and workflows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..driver.result import Analysis
from ..semantics.types import Value
from ..text.source import Span
from .bindings import Binding, bindings

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
    """Return an action for each task that has a task map."""
    return tuple(
        Lens(task.head, _TITLE, workflow.name, task.name)
        for workflow, _, planned in analysis.workflows
        for task in workflow.tasks.values()
        if task.name in planned.tasks and planned.tasks[task.name].task_map
    )


@dataclass(frozen=True, slots=True)
class Runnable:
    """A workflow that can be run on this machine.

    :param is_one_of_many: whether the source has others beside it.
    :param inputs: the values that inputs have from outside, as ``--set`` takes them.
    """

    span: Span
    workflow: str
    is_one_of_many: bool
    inputs: Mapping[str, str]


def runnable(analysis: Analysis) -> tuple[Runnable, ...]:
    """Return the workflows that have a name, wrong ones among them: running says what is wrong."""
    found = [binding for binding in bindings(analysis) if binding.workflow.name]
    return tuple(
        Runnable(b.workflow.head, b.workflow.name, len(found) > 1, _inputs(b)) for b in found
    )


def _inputs(binding: Binding) -> dict[str, str]:
    given = binding.from_outside()
    return {item.name.text: _text(value) for item, value in given}


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)
