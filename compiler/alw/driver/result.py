"""Results: what is known of a source, and what sources compile to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from ..check.graph import Graph
from ..diagnostics.diagnostic import Diagnostic
from ..plan.model import Planned
from ..semantics.program import Workflow
from ..syntax.tree import File
from ..targets.bundle import Bundle
from ..text.source import Source

if TYPE_CHECKING:
    from os import PathLike

    from ..sandbox.archive import Archive


class Examined(NamedTuple):
    """A workflow that was resolved, checked and planned.

    :param graph: who waits for whom.
    :param planned: the plan, or why there is none, and the tasks that could be planned.
    """

    workflow: Workflow
    graph: Graph
    planned: Planned


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that is known of one source before anything is lowered.

    :param file: its syntax tree; what could be read, if it has faults.
    """

    source: Source
    file: File
    workflows: tuple[Examined, ...]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class CompiledWorkflow:
    """The result for one workflow.

    :param bundle: the requests to the engine, with everything that each needs.
    :param source: the name of the source that defines it.
    :param known: what is known of the workflow, for drawings; of no meaning by itself.
    """

    name: str
    bundle: Bundle
    source: str = ""
    known: Examined | None = field(default=None, repr=False, compare=False)

    @property
    def workflow(self) -> Mapping[str, Any]:
        """iDDS Workflow JSON of the only request, as Python data."""
        return self.bundle.only.workflow

    @property
    def tasks(self) -> Mapping[str, Mapping[str, Any]]:
        """The PanDA task parameter map of every task of the only request, by the task's name,
        with the engine's placeholders."""
        return self.bundle.only.tasks

    @property
    def sandboxes(self) -> Mapping[str, Archive]:
        """The archives of the folders that tasks of the only request send, by name.

        Their bytes are made when they are asked for, from the files as they were.
        """
        return self.bundle.only.sandboxes

    @property
    def lines(self) -> Mapping[str, int]:
        """The line of the source, from 1, that defines each task."""
        if self.known is None:
            return {}
        workflow = self.known.workflow
        return {
            name: workflow.source.position(task.name_span.start).line
            for name, task in workflow.tasks.items()
        }


@dataclass(frozen=True, slots=True)
class Compilation:
    """The result of a compilation.

    :param workflows: by name; empty unless :attr:`ok`.
    """

    diagnostics: tuple[Diagnostic, ...]
    workflows: Mapping[str, CompiledWorkflow] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """True if there are no errors; warnings are no errors unless strict."""
        return all(d.severity != "error" for d in self.diagnostics)

    def write(self, directory: str | PathLike[str]) -> list[str]:
        """Write ``DIR/<workflow>/workflow.json``, ``DIR/<workflow>/tasks/<task>.json`` and
        ``DIR/<workflow>/sandboxes/<archive>``.

        Every workflow's folder is completely old or completely new at any moment, and has
        exactly these files and those of its users; see :func:`.output.write`.

        :returns: the paths of the files, in the order of the source.
        :raises ValueError: if the compilation has errors.
        :raises OSError: if a file cannot be written.
        """
        from .output import write

        if not self.ok:
            raise ValueError("a compilation with errors has nothing to write")
        return write(self.workflows.values(), directory).files
