"""Resolve: bind every name to what defines it, and give every expression its type.

One workflow at a time.  Names are gathered first, so they may be used before they are
defined.  Nothing here knows about iDDS or PanDA.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from ..diagnostics.diagnostic import Collector
from ..syntax.tree import Block, Declaration, File, Item
from ..text.source import Source
from . import program
from .declarations import Declarations
from .expr import Known
from .input_values import Inputs
from .loops import resolved_loop
from .resolve_cache import ResolveCache
from .scope import Scope
from .tasks import missing, resolved_settings, resolved_task


def resolve(
    source: Source,
    file: File,
    given: Inputs,
    collector: Collector,
    cache: Callable[[int], ResolveCache] = lambda number: ResolveCache(),
) -> tuple[program.Workflow, ...]:
    """The workflows of a file, resolved.

    :param cache: what is known of the tasks of each workflow, by the workflow's number.
    """
    scope = Scope(source, collector)
    items = list(scope.valid_items(file.items, "file"))
    return tuple(
        _workflow(
            block,
            Scope(source, collector, unresolvable=set(scope.unresolvable)),
            given,
            cache(number),
        )
        for number, block in enumerate(items)
        if isinstance(block, Block)
    )


def _workflow(block: Block, scope: Scope, given: Inputs, cache: ResolveCache) -> program.Workflow:
    items = list(scope.valid_items(block.items, "workflow"))
    _define(items, scope)
    cache.enter(scope)
    declarations = Declarations(scope, given)
    declarations.compute()
    named: dict[str, list[program.Named]] = {"input": [], "const": []}
    tasks: dict[str, program.Task] = {}
    loops: list[program.Loop] = []
    for item in items:
        match item:
            case Declaration():
                name = item.name.text
                declarations.value(name)
            case Block(keyword="task"):
                task = cache.task(
                    item, declarations, partial(resolved_task, item, "", declarations)
                )
                if task is not None:
                    tasks[task.name] = task
            case Block(keyword="loop") if scope.names.get(item.name.text) is item:
                loops.append(resolved_loop(item, declarations, tasks, cache))
    cache.leave(scope)
    settings = resolved_settings(items, "", declarations)
    for item in scope.names.values():
        if isinstance(item, Declaration) and item.keyword in named:
            value = program.Named(item.name.text, item.name.span, item.span)
            named[item.keyword].append(value)
    if not block.is_complete and "outDS" not in settings:
        settings["outDS"] = missing("dataset", block.head)
    return program.Workflow(
        scope.source,
        block.name.text,
        block.name.span,
        block.head,
        tuple(named["input"]),
        tuple(named["const"]),
        frozenset(scope.used),
        settings,
        tasks,
        tuple(loops),
        _names(scope, declarations),
    )


def _names(scope: Scope, declarations: Declarations) -> program.Names:
    values = {
        name: value
        for name, item in scope.names.items()
        if isinstance(item, Declaration) and isinstance(value := declarations.value(name), Known)
    }
    mentions = {
        span: None if meant is None else meant.name.span for span, meant in scope.mentions.items()
    }
    return program.Names(scope.names, scope.in_loop, values, mentions)


def _define(items: Sequence[Item], scope: Scope) -> None:
    """Gather the names of a workflow, those in its loops among them."""
    for item in items:
        if isinstance(item, Declaration | Block):
            defined = scope.define(item)
            if isinstance(item, Block) and item.keyword == "loop" and defined:
                for inner in scope.valid_items(item.items, "loop"):
                    if isinstance(inner, Declaration | Block):
                        scope.define(inner, item.name.text)
