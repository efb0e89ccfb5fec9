"""Tasks that would write to one dataset, in some iteration."""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnostics import Failed
from ..rules import COLLISION
from ..semantics.terms import IterationNumber
from .desk import Desk
from .naming import DatasetName, collisions


def report_shared_names(
    desk: Desk, names: Mapping[str, DatasetName], longest: int
) -> Failed | None:
    """Report tasks whose datasets would have the same name.

    :param names: of the tasks' datasets.
    :param longest: the largest number of the iteration.
    """
    failed: Failed | None = None
    for one, other in collisions(names, longest):
        what = f"would write to the same dataset '{names[other].at(1)}'"
        failed = _report(desk, one, other, what)
    return failed


def report_shared_containers(
    desk: Desk, names: Mapping[str, DatasetName], longest: int, mark: str
) -> Failed | None:
    """Report two tasks that write to one container: ``x`` + ``_y_z`` and ``x_y`` + ``_z``.

    :param mark: stands for the iteration in the names of containers.
    """
    containers = [container for task in names for container in desk.datasets[task]]
    if len(set(containers)) == len(containers) and not any(mark in c for c in containers):
        return None
    written: dict[str, DatasetName] = {}
    owners: dict[str, str] = {}
    for task, name in names.items():
        for container in desk.datasets[task]:
            parts = [
                part
                for text in container.split(mark)
                for part in (IterationNumber(name.span), text)
            ]
            key = f"{task} {container}"
            owners[key] = task
            written[key] = DatasetName(tuple(parts[1:]), name.span)
    for one, other in collisions(written, longest):
        if owners[one] != owners[other]:
            what = f"would write outputs to the same dataset '{written[other].at(1)}'"
            return _report(desk, owners[one], owners[other], what)
    return None


def _report(desk: Desk, one: str, other: str, what: str) -> Failed:
    tasks = desk.workflow.tasks
    return desk.fail(
        COLLISION,
        tasks[other].head,
        f"'{one}' and '{other}' {what}",
        "give one of them another dataset",
        (tasks[one].head, "the other task"),
    )
