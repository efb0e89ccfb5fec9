"""Differences between the iterations of a loop."""

from __future__ import annotations

from collections.abc import Iterator

from ..semantics.expr import IterationNumber, ParamValue, TypedExpr, leaves
from ..semantics.program import Loop, Task
from .context import CheckContext


def is_repetitive(context: CheckContext, loop: Loop) -> bool:
    """True if no task of the body of ``loop`` sees what differs between iterations."""
    body = [context.workflow.tasks[name] for name in loop.tasks]
    working = [task for task in body if not task.learns] or body
    return bool(body) and not any(is_varying(task, loop) for task in working)


def is_varying(task: Task, loop: Loop) -> bool:
    """True if something but the dataset's name differs between iterations of ``loop``."""
    varying = [
        leaf
        for leaf in task.leaves
        if isinstance(leaf, IterationNumber)
        or (isinstance(leaf, ParamValue) and loop.param(leaf.name))
    ]
    if not varying:
        return False
    name = task.settings.get("outDS")
    named = set(map(id, leaves(name.term))) if name else set()
    return any(id(leaf) not in named for leaf in varying)


def all_leaves(context: CheckContext, loop: Loop) -> Iterator[TypedExpr]:
    """Yield the names and literals in the expressions of the workflow."""
    for task in context.workflow.tasks.values():
        yield from task.leaves
    for repeat in loop.repeats:
        if repeat.condition is not None:
            yield from leaves(repeat.condition)
