"""The outputs that are used exist."""

from __future__ import annotations

from collections.abc import Mapping

from ...diagnostics.rules import (
    NO_SUCH_OUTPUT,
)
from ...semantics.expr import Items, OutputOf
from ...semantics.expressions import known_text
from ...semantics.program import Setting, Task, fact
from ..context import CheckContext
from ..registry import reports


@reports(NO_SUCH_OUTPUT)
def report_unknown_outputs(context: CheckContext) -> None:
    """Report outputs that their task does not declare."""
    tasks = context.workflow.tasks
    for task in tasks.values():
        for leaf in _outputs_used(task):
            owner = tasks.get(leaf.task)
            count = _outputs(owner) if owner is not None else None
            if owner is None or count is None or 0 <= leaf.index < count:
                continue
            context.report(
                NO_SUCH_OUTPUT,
                leaf.span,
                f"'{leaf.task}' has no output {leaf.index}",
                "outputs are numbered from 0; it has " + (f"{count}" if count else "none"),
                (owner.head, "the task"),
            )


@fact
def _outputs_used(task: Task) -> tuple[OutputOf, ...]:
    return tuple(leaf for leaf in task.leaves if isinstance(leaf, OutputOf))


@fact
def _outputs(task: Task) -> int | None:
    if task.result is not None:
        return 1
    return None if "map" in task.settings else output_count(task.settings)


def output_count(settings: Mapping[str, Setting]) -> int | None:
    """Return how many outputs the settings of a task declare; ``None`` if that is not known."""
    if "outputs" not in settings:
        return 0
    term = settings["outputs"].term
    if isinstance(term, Items):
        return sum(_count(known_text(item)) or 1 for item in term.items)
    return _count(known_text(term))


def _count(names: str | None) -> int | None:
    """Return how many names prun reads: there may be commas between them."""
    return None if names is None else sum(1 for name in names.split(",") if name.strip())
