"""Check: rules about a resolved workflow, one small function each.

A rule looks at one workflow and reports; it neither changes anything nor depends on
another rule.  To add one: write the function, add it to :data:`RULES`, give it a code in
:mod:`alw.rules` and an error file under ``tests/errors``.
"""

from __future__ import annotations

from collections.abc import Callable

from ..diagnostics import Collector
from ..semantics.program import Workflow
from . import loops, tasks
from .context import Context
from .graph import Graph, build_graph

RULES: tuple[Callable[[Context], None], ...] = (
    tasks.mentions_exist,
    tasks.outputs_exist,
    tasks.has_command,
    tasks.options_exist,
    tasks.datasets_are_known,
    loops.one_loop,
    loops.one_learner,
    loops.bounded,
    loops.learner_has_result,
    loops.parameters_supplied,
    loops.no_cycles,
    loops.learner_waits,
    loops.outside_tasks_follow,
)


def check(workflow: Workflow, collector: Collector) -> Graph:
    """Apply every rule to ``workflow``.

    :returns: who waits for whom, for the phases that follow.
    """
    graph = build_graph(workflow)
    context = Context(workflow, graph, collector)
    for rule in RULES:
        rule(context)
    return graph


__all__ = ["RULES", "Context", "Graph", "check"]
