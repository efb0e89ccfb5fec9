"""What every check gets to see."""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnostics.diagnostic import Collector, Fix, Label
from ..diagnostics.rules import Rule
from ..semantics.program import Workflow
from ..text.source import Span
from .graph import Graph


@dataclass(frozen=True, slots=True)
class Context:
    """One workflow, its graph, and where to report."""

    workflow: Workflow
    graph: Graph
    collector: Collector

    def report(
        self,
        rule: Rule,
        span: Span,
        message: str,
        help: str = "",
        *related: tuple[Span, str],
        fix: Fix | None = None,
    ) -> None:
        """Report a problem in the workflow's source."""
        source = self.workflow.source
        labels = [Label(source, where, what) for where, what in related]
        self.collector.report(rule, source, span, message, help, labels, fix)
