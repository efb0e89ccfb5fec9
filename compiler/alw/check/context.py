"""The context of a check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from ..diagnostics.diagnostic import Collector
from ..diagnostics.reporter import SourceReporter
from ..semantics.program import Loop, Task, Workflow
from ..text.source import Source
from .graph import Graph


@dataclass(frozen=True, slots=True)
class CheckContext(SourceReporter):
    """One workflow, its graph, and where to report."""

    workflow: Workflow
    graph: Graph
    collector: Collector
    had_errors: bool = False
    """True if errors were found before the checks: something may have been lost."""

    @property
    def source(self) -> Source:
        """The workflow's source."""
        return self.workflow.source

    def learner_of(self, loop: Loop) -> Task | None:
        """Return the learner that decides ``loop``, if there is exactly one."""
        name = self.graph.learners.get(loop.name)
        return None if name is None else self.workflow.tasks[name]


def for_each_loop(rule: Callable[[CheckContext, Loop], None]) -> Callable[[CheckContext], None]:
    """Make a rule of a workflow from a rule about one of its loops."""

    @wraps(rule)
    def check_loops(context: CheckContext) -> None:
        for loop in context.workflow.loops:
            rule(context, loop)

    return check_loops
