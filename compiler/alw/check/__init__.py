"""Check: rules of the language about a resolved workflow, one small function each.

A rule looks at one workflow and reports; it neither changes anything nor depends on
another rule.  To add one: write the function, add it to :data:`RULES`, give it a code in
:mod:`alw.diagnostics.rules` and an error file under ``tests/errors``.
"""

from __future__ import annotations

from collections.abc import Callable

from ..diagnostics.diagnostic import Collector
from ..semantics.program import Workflow
from . import advice, commands, conditions, loops, tasks
from .context import CheckContext
from .graph import Graph, build_graph

RULES: tuple[Callable[[CheckContext], None], ...] = (
    tasks.has_tasks,
    tasks.mentions_exist,
    tasks.outputs_exist,
    tasks.has_command,
    tasks.replacements_have_a_map,
    tasks.options_exist,
    tasks.datasets_are_known,
    tasks.outputs_are_known,
    loops.one_learner,
    loops.bounded,
    loops.learner_has_result,
    loops.parameters_supplied,
    loops.no_cycles,
    loops.body_ends_before_what_follows,
    conditions.empty_result_ends,
)


ADVICE: tuple[Callable[[CheckContext], None], ...] = (
    advice.unused_values,
    advice.unused_parameters,
    advice.parameters_reach_a_task,
    advice.unused_fields,
    advice.unused_tasks,
    advice.every_iteration_differs,
    advice.learner_remembers,
    conditions.condition_decides,
    conditions.condition_sees_the_result,
    conditions.floats_are_compared_by_size,
    commands.words_are_meant,
    commands.names_are_values,
    commands.values_are_inserted,
)


def check(workflow: Workflow, collector: Collector) -> Graph:
    """Apply every rule to ``workflow``.

    :returns: who waits for whom, for the phases that follow.
    """
    graph = build_graph(workflow)
    context = CheckContext(workflow, graph, collector)
    for rule in RULES:
        rule(context)
    return graph


def advise(workflow: Workflow, graph: Graph, collector: Collector) -> None:
    """Say what runs, but is hardly meant, about a workflow without errors.

    An error may hide the use of a name: about a workflow with errors nothing is said.
    """
    context = CheckContext(workflow, graph, collector)
    for rule in ADVICE:
        rule(context)


__all__ = ["ADVICE", "RULES", "CheckContext", "Graph", "advise", "check"]
