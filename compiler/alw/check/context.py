"""What a check sees."""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnostics.diagnostic import Collector
from ..diagnostics.reporter import SourceReporter
from ..semantics.program import Workflow
from ..text.source import Source
from .graph import Graph


@dataclass(frozen=True, slots=True)
class CheckContext(SourceReporter):
    """One workflow, its graph, and where to report."""

    workflow: Workflow
    graph: Graph
    collector: Collector

    @property
    def source(self) -> Source:
        """The workflow's source."""
        return self.workflow.source
