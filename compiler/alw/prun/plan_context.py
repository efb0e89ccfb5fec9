"""The context in which the tasks of a workflow are planned."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..check.capabilities import Capabilities, Placeholders
from ..diagnostics.diagnostic import Collector, Failed
from ..diagnostics.reporter import SourceReporter
from ..semantics.expr import Known, OutputOf
from ..semantics.program import Workflow
from ..text.source import Reader, Source, nothing
from .marked_text import MarkedText

Arguments = tuple[tuple[str, MarkedText | None], ...]
"""Options of prun with their values; flags have none."""


@dataclass(slots=True)
class PlanContext(SourceReporter):
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
    """The most files that they hold, where that is known."""

    @property
    def placeholders(self) -> Placeholders:
        """The marks of what the engine replaces."""
        return self.capabilities.placeholders

    @property
    def source(self) -> Source:
        """The workflow's source."""
        return self.workflow.source

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
        """Return the most files that a dataset holds; ``None`` if only the grid knows."""
        if isinstance(dataset, OutputOf):
            counts = self.counts.get(dataset.task, [])
            return counts[dataset.index] if dataset.index < len(counts) else None
        return None
