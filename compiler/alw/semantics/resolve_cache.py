"""The meaning of the tasks of a workflow, for its next version.

After an edit most blocks of a file are the same nodes as before.  What such a block means depends,
besides on itself, on what the names in it mean; what is reported of it may also hint at any other
name.  So the meaning is taken from the cache if nothing was reported and the names that were looked
up mean the same, or if all names of the workflow mean the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..diagnostics.diagnostic import Collector
from ..syntax.tree import Block, Declaration, Field
from ..text.source import Span
from . import program
from .declarations import Declarations
from .scope import MOST_COMPARED, Scope
from .type_names import results_of


@dataclass(frozen=True, slots=True)
class _CachedTask:
    block: Block
    task: program.Task | None
    found: Collector
    used: frozenset[str]
    mentions: Mapping[Span, Declaration | Block | Field | None]
    compared: int
    sought: Mapping[str, object]
    """The names that were looked up, with their meaning then."""
    place: tuple[bool, str | None]
    """True if its name means it, and no other block of that name; and the loop around it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """Identity-compared wrapper (nodes compare equal ignoring spans)."""

    node: object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.node is other.node


@dataclass(slots=True)
class ResolveCache:
    """The meaning of the tasks of one workflow."""

    is_valid: bool = True
    """True while what was taken from the cache is what would be found now."""
    _names: object = None
    """All names, with what defines them."""
    _same: bool = False
    """True if all names mean what they meant."""
    _kept: dict[int, _CachedTask] = field(default_factory=dict)
    """By the identity of the block."""
    _fresh: dict[int, _CachedTask] = field(default_factory=dict)
    _unresolvable: frozenset[str] = frozenset()

    def enter(self, scope: Scope) -> None:
        """Begin with the names of a workflow."""
        self._unresolvable = frozenset(scope.unresolvable)
        found = [(name, _definition(item)) for name, item in scope.names.items()]
        names = found, dict(scope.in_loop), self._unresolvable
        self.is_valid = True
        self._fresh = {}
        self._same, self._names = names == self._names, names

    def task(
        self,
        block: Block,
        declarations: Declarations,
        resolve: Callable[[], program.Task | None],
    ) -> program.Task | None:
        """Return the meaning of ``block``; ``resolve`` finds it the first time."""
        scope = declarations.scope
        kept = self._kept.get(id(block))
        # a scope stops giving hints after so many comparisons
        if (
            kept is None
            or not self._is_current(kept, declarations)
            or scope.compared + kept.compared > MOST_COMPARED
        ):
            kept = _resolve(block, declarations, resolve)
        else:
            scope.compared += kept.compared
        if scope.compared <= MOST_COMPARED:
            self._fresh[id(block)] = kept
        scope.collector.extend(kept.found)
        scope.used |= kept.used
        for span, meant in kept.mentions.items():
            if isinstance(meant, Declaration | Block):
                meant = scope.names.get(meant.name.text)
            scope.mention(span, meant)
        return kept.task

    def _is_current(self, kept: _CachedTask, declarations: Declarations) -> bool:
        if kept.place != _place(kept.block, declarations.scope):
            return False
        if self._same:
            return True
        if len(kept.found):
            return False
        return all(meaning == _meaning(name, declarations) for name, meaning in kept.sought.items())

    def leave(self, scope: Scope) -> None:
        """End: keep what belongs to the current blocks."""
        self._kept = self._fresh
        if scope.unresolvable != self._unresolvable:  # by a task, for those after it
            self.is_valid = False
            self._kept = {}


def _place(block: Block, scope: Scope) -> tuple[bool, str | None]:
    name = block.name.text
    return scope.names.get(name) is block, scope.in_loop.get(name)


def _definition(item: Declaration | Block) -> object:
    """Return what can be seen of the definition of a name."""
    if isinstance(item, Declaration):
        return _Same(item)
    results = tuple(map(_Same, results_of(item))) if item.keyword == "learn" else ()
    return item.keyword, item.is_complete, results


def _meaning(name: str, declarations: Declarations) -> object:
    """Return what a task can see of the meaning of ``name``."""
    scope = declarations.scope
    item = scope.names.get(name)
    where = name in scope.unresolvable, scope.in_loop.get(name)
    if item is None:
        return where
    if isinstance(item, Block):
        return where, _definition(item)
    value = None if item.keyword == "param" else declarations.value(name)
    return where, item.keyword, declarations.types.of(item), value


def _resolve(
    block: Block, declarations: Declarations, resolve: Callable[[], program.Task | None]
) -> _CachedTask:
    """Resolve a task, and note what it depends on."""
    scope = declarations.scope
    outside = scope.collector, scope.used, scope.mentions
    compared = scope.compared
    scope.collector, scope.used, scope.mentions, scope.sought = Collector(), set(), {}, set()
    scope.around = block
    try:
        task = resolve()
        return _CachedTask(
            block,
            task,
            scope.collector,
            frozenset(scope.used),
            scope.mentions,
            scope.compared - compared,
            {name: _meaning(name, declarations) for name in scope.sought},
            _place(block, scope),
        )
    finally:
        scope.collector, scope.used, scope.mentions = outside
        scope.around = None
