"""Resolve: bind every name to what defines it, and give every expression its type.

The input is the syntax tree of a file (:mod:`~..syntax.tree`), the output its resolved workflows
(:mod:`.program`).  Nothing here knows about iDDS or PanDA, or about rules that concern more than
one expression: those are checks.

*Why two passes.*  A name may be used before it is defined: a task may read one that is written
further down, and a loop's condition the learner before it.  So a workflow is walked twice.

1.  **Gather.**  Every declaration and block of the workflow, and of the loops in it, is entered
    into the :class:`~.scope.Scope`, a flat table: a name means one thing in the whole workflow.
    The table notes of a name in a loop which loop that is.  A second definition is reported, and
    the name becomes *unresolvable*: what uses it is not reported again.  An item that has no
    meaning where it is written (:data:`~.scope.CONTENTS`) is reported and left out.

2.  **Resolve.**  First the types and values of all inputs and constants are computed, each after
    those that it needs, so that a chain of any length takes no recursion and a circle is found
    (:mod:`.declarations`).  Then tasks, learners and loops are resolved in the order of the source,
    and last the attributes of the workflow.

*How an expression is resolved* (:mod:`.expressions`).  From the leaves up, to a typed expression
(:mod:`.expr`).  A name becomes what it means at its place (:mod:`.references`): a constant its
value, a parameter :class:`~.expr.ParamValue` in the loop and ``LOOP.NAME`` after it, a learner's
field :class:`~.expr.FieldValue` in the loop's condition only.  An operator on known values is
computed at once (:mod:`.evaluate`), so that a :class:`~.expr.Known` is known before submission and
everything else says what it stands for at run time.

*Errors.*  What is wrong is reported where it is found, and becomes :class:`~.expr.ErrorExpr`, which
fits everywhere and makes whatever holds it broken: one mistake is one message.  A body that could
not be read completely says so (``is_complete``); nothing is reported as missing in it.

*Editors.*  Which names a task looks up is noted while it is resolved.  In the next version of the
text its meaning is taken from the :class:`~.resolve_cache.ResolveCache` if its block is the same
node and those names mean the same.  Each use of a name is noted as well, with the definition:
:class:`~.program.Names` serves renaming, hovering and colours.
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
from .loops import resolve_loop
from .resolve_cache import ResolveCache
from .scope import Scope
from .tasks import make_missing, resolve_settings, resolve_task


def resolve(
    source: Source,
    file: File,
    given: Inputs,
    collector: Collector,
    cache: Callable[[int], ResolveCache] = lambda number: ResolveCache(),
) -> tuple[program.Workflow, ...]:
    """Resolve the workflows of a file.

    :param cache: returns the cache of a workflow, by its number.
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
                task = cache.task(item, declarations, partial(resolve_task, item, "", declarations))
                if task is not None:
                    tasks[task.name] = task
            case Block(keyword="loop") if scope.names.get(item.name.text) is item:
                loops.append(resolve_loop(item, declarations, tasks, cache))
    cache.leave(scope)
    settings = resolve_settings(items, "", declarations)
    for item in scope.names.values():
        if isinstance(item, Declaration) and item.keyword in named:
            value = program.Named(item.name.text, item.name.span, item.span)
            named[item.keyword].append(value)
    if not block.is_complete and "outDS" not in settings:
        settings["outDS"] = make_missing("dataset", block.head)
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
