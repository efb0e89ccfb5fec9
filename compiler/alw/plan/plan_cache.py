"""A cache of the plans of tasks.

A task's plan depends on the task, on its dataset's name, on the number of iterations and on what
the tasks before it write.  Only what was planned without a word is kept; a learner's command holds
the loop's condition, and a stored map may change on the disk: these are planned anew.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..prun.naming import DatasetName
from ..semantics.expr import TypedExpr
from ..semantics.program import Task
from .model import TaskPlan

if TYPE_CHECKING:
    from ..sandbox.archive import Archive

Before = tuple[tuple[str, list[str] | None, list[int | None] | None], ...]
"""The tasks that a task waits for: their names, containers, and numbers of files."""


@dataclass(frozen=True, slots=True)
class CachedPlan:
    """The plan of a task, and what its outputs are."""

    plan: TaskPlan
    datasets: list[str]
    counts: list[int | None]
    had_errors: bool
    """True if errors were found before: some warnings are held back then, so that without the
    errors the task may not be planned without a word."""


@dataclass(slots=True)
class PlanCache:
    """The plans of one workflow's tasks."""

    archives: dict[object, Archive] = field(default_factory=dict)
    """The sandboxes that were read, by what names them: not read again, whatever happens on the
    disk.
    """
    _names: dict[str, tuple[Task, TypedExpr | None, int, DatasetName]] = field(default_factory=dict)
    _plans: dict[str, tuple[Task, DatasetName, int, Before, CachedPlan]] = field(
        default_factory=dict
    )

    def name(self, task: Task, base: TypedExpr | None, longest: int) -> DatasetName | None:
        """Return the valid name of the dataset of ``task``, if it is known.

        :param base: the workflow's ``dataset``.
        """
        kept = self._names.get(task.name)
        if kept and kept[0] is task and _is_same(kept[1], base) and kept[2] == longest:
            return kept[3]
        return None

    def keep_name(
        self, task: Task, base: TypedExpr | None, longest: int, name: DatasetName
    ) -> None:
        """Keep a good name."""
        if "map" not in task.settings:
            self._names[task.name] = task, base, longest, name

    def plan(
        self, task: Task, name: DatasetName, longest: int, before: Before
    ) -> CachedPlan | None:
        """Return the plan of ``task``, if it is known."""
        kept = self._plans.get(task.name)
        if kept and kept[0] is task and kept[1] is name and kept[2:4] == (longest, before):
            return kept[4]
        return None

    def forget_all_but(self, names: Collection[str]) -> None:
        """Forget tasks with other names: while one is typed, each of its beginnings was a task."""
        self._names = {name: kept for name, kept in self._names.items() if name in names}
        self._plans = {name: kept for name, kept in self._plans.items() if name in names}

    def keep_plan(
        self, task: Task, name: DatasetName, longest: int, before: Before, kept: CachedPlan
    ) -> None:
        """Keep a plan that was made without a word."""
        if not task.learns and "map" not in task.settings:
            self._plans[task.name] = task, name, longest, before, kept


def _is_same(cached: TypedExpr | None, base: TypedExpr | None) -> bool:
    """Return whether the expressions are equal, and at one place: spans move along with a text."""
    if cached is None or base is None:
        return cached is base
    return cached == base and cached.span is base.span
