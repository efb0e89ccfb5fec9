"""The pipeline: source → parse → resolve → check → plan → lower.

Pure: the same sources, inputs and target give the same result on any machine.  Files are
read by :mod:`.loader` before and written by :mod:`.output` behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..check import CheckContext, Graph, advise, check
from ..diagnostics.diagnostic import Collector, Diagnostic, Failed, Label
from ..diagnostics.rules import (
    DUPLICATE_WORKFLOW,
    NO_WORKFLOW,
    PRUN_WARNS,
    SAME_BUT_FOR_CASE,
    UNKNOWN_INPUT,
)
from ..diagnostics.suppression import silence
from ..plan.build import plan
from ..plan.collisions import report_shared_between
from ..plan.model import Planned
from ..plan.plan_cache import PlanCache
from ..plan.unnamed import report_unnamed_files
from ..semantics.input_values import Inputs
from ..semantics.program import Task, Workflow
from ..semantics.resolve import resolve
from ..semantics.resolve_cache import ResolveCache
from ..syntax.parse import parse
from ..syntax.tree import File
from ..targets import DEFAULT, Target, target
from ..text.source import Place, Reader, Source, Span, nothing
from ..text.suggest import did_you_mean

if TYPE_CHECKING:
    from os import PathLike

    from ..sandbox.archive import Archive


@dataclass(frozen=True, slots=True)
class CompiledWorkflow:
    """What one workflow compiles to.

    :param workflow: iDDS Workflow JSON, as Python data.
    :param tasks: the PanDA task parameter map of every task, by the task's name, with the
        engine's placeholders.
    :param sandboxes: the archives of the folders that tasks send, by name.  Their bytes are made
        when they are asked for, from the files as they were.
    :param source: the name of the source that defines it.
    :param known: what is known of the workflow, for drawings; of no meaning by itself.
    """

    name: str
    workflow: Mapping[str, Any]
    tasks: Mapping[str, Mapping[str, Any]]
    sandboxes: Mapping[str, Archive] = field(default_factory=dict)
    source: str = ""
    known: tuple[Workflow, Graph, Planned] | None = field(default=None, repr=False, compare=False)

    @property
    def lines(self) -> Mapping[str, int]:
        """Return the line of the source, from 1, that defines each task."""
        if self.known is None:
            return {}
        workflow = self.known[0]
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
        """Whether there are no errors; warnings are no errors unless strict."""
        return all(d.severity != "error" for d in self.diagnostics)

    def write(self, directory: str | PathLike[str]) -> list[str]:
        """Write ``DIR/<workflow>/workflow.json``, ``DIR/<workflow>/tasks/<task>.json`` and
        ``DIR/<workflow>/sandboxes/<archive>``.

        Every workflow's folder is wholly old or wholly new at any moment, and has exactly these
        files and those of its users; see :func:`.output.write`.

        :returns: the paths of the files, in the order of the source.
        :raises ValueError: if the compilation has errors.
        :raises OSError: if a file cannot be written.
        """
        from .output import write

        if not self.ok:
            raise ValueError("a compilation with errors has nothing to write")
        return write(self.workflows.values(), directory).files


class Caches:
    """What was found in a source, for the next time: by the numbers of its workflows."""

    def __init__(self) -> None:
        self._resolved: dict[int, ResolveCache] = {}
        self._planned: dict[int, PlanCache] = {}

    def resolved(self, number: int) -> ResolveCache:
        """What its tasks mean."""
        return self._resolved.setdefault(number, ResolveCache())

    def planned(self, number: int) -> PlanCache:
        """How they are planned."""
        return self._planned.setdefault(number, PlanCache())

    @property
    def is_valid(self) -> bool:
        """Whether all that was used of it is what would be found now."""
        return all(resolved.is_valid for resolved in self._resolved.values())


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is known about one source.

    :param file: its syntax tree; what could be read, if it has faults.
    :param workflows: its workflows, resolved, with who waits for whom, and with the tasks that
        could be planned.
    """

    source: Source
    file: File
    workflows: tuple[tuple[Workflow, Graph, Planned], ...]
    diagnostics: tuple[Diagnostic, ...]


def compile_sources(
    sources: Sequence[Source],
    given: Inputs,
    target_name: str = DEFAULT,
    strict: bool = False,
    collector: Collector | None = None,
    reader: Reader = nothing,
) -> Compilation:
    """Compile ``sources`` together.

    :param given: values for inputs; every workflow that has an input of the name gets it.
    :param strict: whether warnings count as errors.
    :param collector: diagnostics from before, such as unreadable files.
    :param reader: reads the files that sources name.
    :raises ValueError: if there is no such target.
    """
    engine = target(target_name)
    collector = collector or Collector()
    ordered = sorted(sources, key=lambda source: source.name)
    workflows: list[Workflow] = []
    lost = collector.has_errors  # a file, and with it perhaps a declaration
    for source in ordered:
        found = Collector()
        file = parse(source, found)
        lost = lost or found.has_errors
        workflows += _workflows(source, file, given, found, Caches())
        collector.extend(found)
    _check_together(workflows, ordered, given, lost, collector)
    compiled: dict[str, CompiledWorkflow] = {}
    for workflow, graph, planned in _planned(workflows, engine, collector, reader, Caches()):
        whole = planned.whole
        if isinstance(whole, Failed) or collector.has_errors:
            continue
        compiled[workflow.name] = CompiledWorkflow(
            workflow.name,
            engine.lower(whole),
            {task.name: task.task_map for task in whole.tasks if task.task_map},
            whole.sandboxes,
            workflow.source.name,
            (workflow, graph, planned),
        )
    silence(ordered, collector)
    diagnostics = collector.sorted(ordered, strict)
    result = Compilation(diagnostics, compiled)
    return result if result.ok else Compilation(diagnostics)


def analyse(
    source: Source, given: Inputs, target_name: str = DEFAULT, reader: Reader = nothing
) -> Analysis:
    """Everything that is known about one source before anything is lowered: for editors.

    :param given: values for inputs.
    :param reader: reads the files that the source names.
    :raises ValueError: if there is no such target.
    """
    collector = Collector()
    file = parse(source, collector)
    planned = examine(source, file, given, target(target_name), reader, collector, Caches())
    silence([source], collector)
    return Analysis(source, file, planned, collector.sorted([source]))


def examine(
    source: Source,
    file: File,
    given: Inputs,
    engine: Target,
    reader: Reader,
    collector: Collector,
    cache: Caches,
) -> tuple[tuple[Workflow, Graph, Planned], ...]:
    """Resolve, check and plan one source.

    :param collector: what was found when it was parsed; takes the rest, silenced warnings among it.
    :param cache: what was found in it before an edit.
    """
    lost = collector.has_errors
    workflows = _workflows(source, file, given, collector, cache)
    _check_together(workflows, [source], given, lost, collector)
    return _planned(workflows, engine, collector, reader, cache)


def _workflows(
    source: Source, file: File, given: Inputs, collector: Collector, cache: Caches
) -> tuple[Workflow, ...]:
    workflows = resolve(source, file, given, collector, cache.resolved)
    if not workflows and not collector.has_errors:
        collector.report(
            NO_WORKFLOW,
            source,
            Span(0, 0),
            "the file defines no workflow",
            "write: workflow NAME { … }",
        )
    return workflows


def _check_together(
    workflows: Sequence[Workflow],
    sources: Sequence[Source],
    given: Inputs,
    lost: bool,
    collector: Collector,
) -> None:
    _check_names(workflows, collector)
    known = {i.name for workflow in workflows for i in workflow.inputs}
    for name, value in () if given.shared else given.values.items():
        if name not in known and workflows and not lost:
            at = value.key or Place(sources[0], Span(0, 0))
            collector.report(
                UNKNOWN_INPUT,
                at.source,
                at.span,
                f"{value.origin}: no workflow has an input '{name}'",
                did_you_mean(name, known, _inputs(known)),
            )


def _inputs(known: Set[str]) -> str:
    if not known:
        return "there are no inputs; in a workflow, write: input NAME: TYPE"
    return "the inputs are: " + ", ".join(sorted(known))


def _check_names(workflows: Sequence[Workflow], collector: Collector) -> None:
    """Report workflows, or tasks of one, that would be written to one place on some disk.

    Those of macOS and Windows do not tell ``Fit`` from ``fit``, so one would overwrite the other.
    """
    first: dict[str, Workflow] = {}
    for workflow in workflows:
        other = first.setdefault(workflow.name.lower(), workflow)
        if other is not workflow and workflow.name:
            place = workflow.source, workflow.name_span
            labels = [Label(other.source, other.name_span, "the first one")]
            if other.name == workflow.name:
                message, help = f"a second workflow '{workflow.name}'", "rename one of them"
                collector.report(DUPLICATE_WORKFLOW, *place, message, help, labels)
            else:
                what = f"the workflows '{other.name}' and '{workflow.name}' differ in case only"
                collector.report(SAME_BUT_FOR_CASE, *place, what, _CASE_HELP, labels)
        tasks: dict[str, Task] = {}
        for task in workflow.tasks.values():
            twin = tasks.setdefault(task.name.lower(), task)
            if twin is not task and task.name:
                what = f"the tasks '{twin.name}' and '{task.name}' differ in case only"
                label = Label(workflow.source, twin.head, "the first one")
                collector.report(
                    SAME_BUT_FOR_CASE, workflow.source, task.head, what, _CASE_HELP, [label]
                )


_CASE_HELP = "their files would overwrite each other on some disks: rename one of them"


def _planned(
    workflows: Sequence[Workflow],
    engine: Target,
    collector: Collector,
    reader: Reader,
    cache: Caches,
) -> tuple[tuple[Workflow, Graph, Planned], ...]:
    """Check and plan each workflow, then what they write together."""
    faulty = collector.faulty_sources()
    made: list[tuple[Workflow, Graph, Planned]] = []
    for number, workflow in enumerate(workflows):
        errors = collector.errors
        graph = check(workflow, collector)
        engine.check(CheckContext(workflow, graph, collector))
        planned = plan(workflow, graph, engine, collector, reader, cache.planned(number))
        if isinstance(planned.whole, Failed) and not collector.has_errors:
            what = f"workflow '{workflow.name}'"
            collector.failed_before(workflow.source, workflow.head, what)
        if collector.errors == errors and workflow.source not in faulty:
            advise(workflow, graph, collector)
            if not isinstance(planned.whole, Failed):
                report_unnamed_files(workflow, planned.whole, collector)
        made.append((workflow, graph, planned))
    written = [(workflow, planned.tasks) for workflow, _, planned in made]
    report_shared_between(written, engine.placeholders.iteration(), collector)
    faulty = collector.faulty_sources()  # prun will warn again when it gets what is meant
    collector.keep(lambda d: d.rule is not PRUN_WARNS or d.source not in faulty)
    return tuple(made)
