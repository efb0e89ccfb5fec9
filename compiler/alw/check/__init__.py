"""Checks of a resolved workflow, one small function each.

To add one, add a module with its rule and its function to :mod:`.language` (errors) or
:mod:`.advice` (warnings), and an error file to ``tests/errors``; nothing else has to know of it.
"""

from __future__ import annotations

from ..diagnostics.diagnostic import Collector
from ..semantics.program import Workflow
from . import advice, language
from .context import CheckContext
from .graph import Graph, build_graph
from .registry import ADVICE, CHECKS, import_all

import_all(language)
import_all(advice)


def check(workflow: Workflow, collector: Collector) -> Graph:
    """Apply the checks of the language to ``workflow``.

    :returns: who waits for whom, for the phases that follow.
    """
    graph = build_graph(workflow)
    context = CheckContext(workflow, graph, collector, collector.has_errors)
    for find in CHECKS:
        find(context)
    return graph


def advise(workflow: Workflow, graph: Graph, collector: Collector) -> None:
    """Report what is probably a mistake in a workflow without errors.

    An error may hide the use of a name: about a workflow with errors nothing is said.
    """
    context = CheckContext(workflow, graph, collector)
    for find in ADVICE:
        find(context)


__all__ = ["ADVICE", "CHECKS", "CheckContext", "Graph", "advise", "check"]
