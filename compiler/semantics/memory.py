"""What resolving the tasks of a workflow gave, for the next time.

After an edit most blocks of a file are the same objects as before.  What such a block means
depends, besides on itself, on the names of its workflow only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..diagnostics import Collector
from ..syntax.tree import Block, Declaration
from . import program
from .declared import results_of
from .scope import MOST_COMPARED, Scope


@dataclass(frozen=True, slots=True)
class _Kept:
    block: Block
    task: program.Task | None
    found: Collector
    used: frozenset[str]
    compared: int


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """Equal to itself only, unlike a node, whose spans do not take part in comparison."""

    node: object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.node is other.node


@dataclass(slots=True)
class ResolvedTasks:
    """The tasks of one workflow."""

    holds: bool = True
    """Whether what was used of the last time is what would be found now."""
    _names: object = None
    _kept: dict[int, _Kept] = field(default_factory=dict)
    """By the identity of the block."""
    _fresh: dict[int, _Kept] = field(default_factory=dict)
    _lost: frozenset[str] = frozenset()

    def enter(self, scope: Scope) -> None:
        """Begin with the names of a workflow; what does not hold among them is forgotten."""
        names = [(name, _seen(item)) for name, item in scope.names.items()]
        outside = (names, dict(scope.in_loop), frozenset(scope.lost))
        self._lost = outside[2]
        self.holds = True
        self._fresh = {}
        if outside != self._names:
            self._kept = {}
            self._names = outside

    def task(
        self, block: Block, scope: Scope, resolve: Callable[[], program.Task | None]
    ) -> program.Task | None:
        """What ``block`` means; ``resolve`` says it the first time."""
        kept = self._kept.get(id(block))
        # a scope stops giving hints after so many comparisons
        if kept is None or scope.compared + kept.compared > MOST_COMPARED:
            kept = _watched(block, scope, resolve)
        else:
            scope.compared += kept.compared
        if scope.compared <= MOST_COMPARED:
            self._fresh[id(block)] = kept
        scope.collector.extend(kept.found)
        scope.used |= kept.used
        return kept.task

    def leave(self, scope: Scope) -> None:
        """End: keep what belongs to the blocks of now."""
        self._kept = self._fresh
        if scope.lost != self._lost:  # by a task, for those behind it
            self.holds = False
            self._kept = {}


def _seen(item: Declaration | Block) -> object:
    """What tasks see of a name."""
    if isinstance(item, Declaration):
        return _Same(item)
    results = tuple(map(_Same, results_of(item))) if item.keyword == "learn" else ()
    return item.keyword, item.whole, results


def _watched(block: Block, scope: Scope, resolve: Callable[[], program.Task | None]) -> _Kept:
    collector, used, compared = scope.collector, scope.used, scope.compared
    scope.collector, scope.used = Collector(), set()
    try:
        task = resolve()
        found, names = scope.collector, frozenset(scope.used)
        return _Kept(block, task, found, names, scope.compared - compared)
    finally:
        scope.collector, scope.used = collector, used
