"""What resolving the tasks of a workflow gave, for the next time.

After an edit most blocks of a file are the same objects as before.  What such a block means
depends, besides on itself, on the names of its workflow only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..diagnostics.diagnostic import Collector
from ..syntax.tree import Block, Declaration
from . import program
from .scope import MOST_COMPARED, Scope
from .type_names import results_of


@dataclass(frozen=True, slots=True)
class _Kept:
    block: Block
    task: program.Task | None
    found: Collector
    used: frozenset[str]
    compared: int
    sought: tuple[tuple[str, object], ...]
    """The names it asks for, and what it sees of them."""
    defines: bool
    """Whether its name means it, and no other block of that name."""

    def is_valid(self, scope: Scope) -> bool:
        """Whether it would be found again among other tasks."""
        # what is said of a name may hint at any other
        return not len(self.found) and self.sought == _outside(self.sought, scope)


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """Equal to itself only, unlike a node, whose spans do not take part in comparison."""

    node: object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.node is other.node


@dataclass(slots=True)
class ResolveCache:
    """The tasks of one workflow."""

    is_valid: bool = True
    """Whether what was used of the last time is what would be found now."""
    _values: object = None
    """Inputs, constants, parameters and loops."""
    _blocks: object = None
    _same: bool = False
    """Whether all names mean what they meant."""
    _kept: dict[int, _Kept] = field(default_factory=dict)
    """By the identity of the block."""
    _fresh: dict[int, _Kept] = field(default_factory=dict)
    _lost: frozenset[str] = frozenset()

    def enter(self, scope: Scope) -> None:
        """Begin with the names of a workflow; what does not hold among them is forgotten."""
        tasks = {n for n, item in scope.names.items() if _is_task(item)}
        blocks = [(name, _seen(item)) for name, item in scope.names.items() if name in tasks]
        rest = [(name, _seen(item)) for name, item in scope.names.items() if name not in tasks]
        loops = {name: loop for name, loop in scope.in_loop.items() if name not in tasks}
        values = rest, loops, frozenset(scope.unresolvable)
        self._lost = values[2]
        self.is_valid = True
        self._fresh = {}
        if values != self._values:
            self._kept = {}
        self._same = blocks == self._blocks
        self._values, self._blocks = values, blocks

    def task(
        self, block: Block, scope: Scope, resolve: Callable[[], program.Task | None]
    ) -> program.Task | None:
        """What ``block`` means; ``resolve`` says it the first time."""
        kept = self._kept.get(id(block))
        if kept is not None and (
            kept.defines != _defines(block, scope) or not (self._same or kept.is_valid(scope))
        ):
            kept = None
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
        if scope.unresolvable != self._lost:  # by a task, for those behind it
            self.is_valid = False
            self._kept = {}


def _defines(block: Block, scope: Scope) -> bool:
    return scope.names.get(block.name.text) is block


def _is_task(item: Declaration | Block) -> bool:
    return isinstance(item, Block) and item.keyword in ("task", "learn")


def _seen(item: Declaration | Block | None) -> object:
    """What tasks see of a name."""
    if not isinstance(item, Block):
        return _Same(item)
    results = tuple(map(_Same, results_of(item))) if item.keyword == "learn" else ()
    return item.keyword, item.is_complete, results


def _outside(names: tuple[tuple[str, object], ...], scope: Scope) -> tuple[tuple[str, object], ...]:
    return tuple((name, _seen(scope.names.get(name))) for name, _ in names)


def _watched(block: Block, scope: Scope, resolve: Callable[[], program.Task | None]) -> _Kept:
    collector, used, compared = scope.collector, scope.used, scope.compared
    scope.collector, scope.used, scope.sought = Collector(), set(), set()
    scope.around = block
    try:
        task = resolve()
        return _Kept(
            block,
            task,
            scope.collector,
            frozenset(scope.used),
            scope.compared - compared,
            _outside(tuple((name, None) for name in sorted(scope.sought)), scope),
            _defines(block, scope),
        )
    finally:
        scope.collector, scope.used, scope.around = collector, used, None
