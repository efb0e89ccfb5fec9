"""What the planner knows while it plans the tasks of a workflow."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..check.capabilities import Capabilities, Placeholders
from ..diagnostics.diagnostic import Collector, Failed, Label
from ..diagnostics.rules import Rule
from ..semantics.expr import Known, OutputOf
from ..semantics.program import Workflow
from ..text.source import Reader, Span, nothing
from .marked_text import MarkedText

Arguments = tuple[tuple[str, MarkedText | None], ...]
"""Options of prun with their values; flags have none."""


@dataclass(slots=True)
class Desk:
    """The workflow, where to report, and what the tasks planned so far write."""

    workflow: Workflow
    collector: Collector
    capabilities: Capabilities
    """Those of the engine."""
    reader: Reader = nothing
    """Reads the stored maps."""
    datasets: dict[str, list[str]] = field(default_factory=dict)
    """The containers of each task's outputs."""
    counts: dict[str, list[int | None]] = field(default_factory=dict)
    """How many files they hold at most, where that is known."""

    @property
    def placeholders(self) -> Placeholders:
        """The marks of what the engine replaces."""
        return self.capabilities.placeholders

    def report(
        self, rule: Rule, span: Span, message: str, help: str = "", *related: tuple[Span, str]
    ) -> None:
        """Report a problem in the workflow's source."""
        source = self.workflow.source
        labels = [Label(source, where, what) for where, what in related]
        self.collector.report(rule, source, span, message, help, labels)

    def fail(
        self, rule: Rule, span: Span, message: str, help: str = "", *related: tuple[Span, str]
    ) -> Failed:
        """Report an error in the workflow's source, and return the failure."""
        source = self.workflow.source
        labels = [Label(source, where, what) for where, what in related]
        return self.collector.fail(rule, source, span, message, help, labels)

    def failed_before(self, span: Span, what: str) -> Failed:
        """Return the failure that an error reported earlier explains.

        :param what: is missing because of it: ``the command of 'simulate'``.
        """
        return self.collector.failed_before(self.workflow.source, span, what)

    def dataset_of(self, output: OutputOf) -> str | Failed:
        """Return the container of an output; a failure if its task could not be planned."""
        datasets = self.datasets.get(output.task, [])
        if 0 <= output.index < len(datasets):
            return datasets[output.index]
        return self.failed_before(output.span, f"output {output.index} of '{output.task}'")

    def name_of(self, dataset: OutputOf | Known) -> str | Failed:
        """Return the name of what a command reads."""
        if isinstance(dataset, OutputOf):
            return self.dataset_of(dataset)
        return str(dataset.value)

    def file_count(self, dataset: OutputOf | Known) -> int | None:
        """How many files a dataset holds at most; ``None`` if only the grid knows."""
        if isinstance(dataset, OutputOf):
            counts = self.counts.get(dataset.task, [])
            return counts[dataset.index] if dataset.index < len(counts) else None
        return None
