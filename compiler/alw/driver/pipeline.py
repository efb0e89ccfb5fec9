"""The pipeline: parse → resolve → check and plan → lower, for a set of sources.

There is one way through.  A :class:`Pipeline` has a property for each phase; it is computed when
it is first asked for, from the phase before it, so that who asks for the syntax tree pays for
parsing only.  All phases report to one collector, in the order of the pipeline:

``files``
    Each source is parsed by itself.  An editor, which has parsed already, hands its tree over.
``workflows``
    Each source is resolved by itself; then names and inputs are checked across all of them.
``examined``
    Each workflow is checked, by the language's rules and by the target's, and planned; then what
    the plans write is checked across all of them.
``diagnostics``
    Silenced warnings are taken out, and the rest is sorted.
``compiled``
    What has no errors is lowered.

:func:`compile_sources` and :func:`analyse` are the two usual ends.  The pipeline is pure: the same
sources and the same session give the same result on any machine.  Files are read by :mod:`.loader`
before it and written by :mod:`.output` after it; while planning, the session's reader reads the
files that sources name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cached_property
from typing import NamedTuple

from ..check import CheckContext, advise, check
from ..diagnostics.diagnostic import Collector, Diagnostic, Failed, Label
from ..diagnostics.rules import (
    DUPLICATE_WORKFLOW,
    NO_WORKFLOW,
    PRUN_WARNS,
    SAME_BUT_FOR_CASE,
    UNKNOWN_INPUT,
)
from ..plan.collisions import report_shared_between
from ..plan.planner import plan
from ..prun.unnamed_files import report_unnamed_files
from ..semantics.program import Task, Workflow
from ..semantics.resolve import resolve
from ..syntax.parse import parse
from ..syntax.suppression import suppress
from ..syntax.tree import File
from ..text.source import Place, Source, Span
from ..text.suggest import did_you_mean
from .result import Analysis, Compilation, CompiledWorkflow, Examined
from .session import Caches, Session


def compile_sources(
    sources: Iterable[Source],
    session: Session | None = None,
    *,
    strict: bool = False,
    collector: Collector | None = None,
) -> Compilation:
    """Compile ``sources`` together.

    :param session: with the values of inputs, the target and the reader.
    :param strict: count warnings as errors.
    :param collector: diagnostics from before, such as unreadable files.
    :raises ValueError: if there is no such target.
    """
    ordered = sorted(sources, key=lambda source: source.name)
    pipeline = Pipeline(ordered, session or Session(), collector)
    compiled = pipeline.compiled
    result = Compilation(pipeline.sort(strict), compiled)
    return result if result.ok else Compilation(result.diagnostics)


def analyse(source: Source, session: Session | None = None) -> Analysis:
    """Return everything that is known of one source before anything is lowered.

    :raises ValueError: if there is no such target.
    """
    return Pipeline([source], session or Session()).analysis


class Parsed(NamedTuple):
    """A source, its syntax tree, and the errors of syntax in it."""

    source: Source
    file: File
    problems: Sequence[Diagnostic]


class Pipeline:
    """The phases for a set of sources.

    :param sources: in the order in which their diagnostics are sorted.
    :param collector: diagnostics from before; takes those of all phases.
    :param caches: results of the previous version, if there is one source.
    :param files: what the sources were parsed to, if they were.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        session: Session,
        collector: Collector | None = None,
        caches: Caches | None = None,
        files: Sequence[Parsed] | None = None,
    ) -> None:
        self._sources = sources
        self._session = session
        self._engine = session.engine
        self._collector = Collector() if collector is None else collector
        self._caches = caches
        if files is not None:
            self.files = tuple(files)

    @cached_property
    def files(self) -> tuple[Parsed, ...]:
        """The syntax trees."""
        return tuple(map(_parse, self._sources))

    @cached_property
    def workflows(self) -> tuple[Workflow, ...]:
        """The resolved workflows of all sources."""
        found: list[Workflow] = []
        is_complete = not self._collector.has_errors  # a file may be lost, and a declaration in it
        for source, file, problems in self.files:
            collector = Collector()
            for d in problems:
                collector.report(d.rule, d.source, d.span, d.message, d.help, d.related, d.fix)
            is_complete = is_complete and not collector.has_errors
            found += self._resolve(source, file, collector)
            self._collector.extend(collector)
        _check_names(found, self._collector)
        if is_complete and found:
            self._check_inputs(found)
        return tuple(found)

    def _resolve(self, source: Source, file: File, collector: Collector) -> tuple[Workflow, ...]:
        caches = self._caches or Caches()
        workflows = resolve(source, file, self._session.inputs, collector, caches.resolved)
        if not workflows and not collector.has_errors:
            collector.report(
                NO_WORKFLOW,
                source,
                Span(0, 0),
                "the file defines no workflow",
                "write: workflow NAME { … }",
            )
        return workflows

    def _check_inputs(self, workflows: Sequence[Workflow]) -> None:
        """Report values for inputs that no workflow has."""
        inputs = self._session.inputs
        known = {i.name for workflow in workflows for i in workflow.inputs}
        for name, value in () if inputs.shared else inputs.values.items():
            if name not in known:
                at = value.key or Place(self._sources[0], Span(0, 0))
                self._collector.report(
                    UNKNOWN_INPUT,
                    at.source,
                    at.span,
                    f"{value.origin}: no workflow has an input '{name}'",
                    did_you_mean(name, known, _list_inputs(known)),
                )

    @cached_property
    def examined(self) -> tuple[Examined, ...]:
        """The workflows, checked and planned."""
        workflows, collector = self.workflows, self._collector
        caches = self._caches or Caches()
        faulty = collector.faulty_sources()
        made: list[Examined] = []
        for number, workflow in enumerate(workflows):
            errors = collector.errors
            graph = check(workflow, collector)
            self._engine.check(CheckContext(workflow, graph, collector))
            planned = plan(
                workflow,
                graph,
                self._engine,
                collector,
                self._session.reader,
                caches.planned(number),
            )
            if isinstance(planned.whole, Failed) and not collector.has_errors:
                what = f"workflow '{workflow.name}'"
                collector.failed_before(workflow.source, workflow.head, what)
            if collector.errors == errors and workflow.source not in faulty:
                advise(workflow, graph, collector)
                if not isinstance(planned.whole, Failed):
                    archives = {t.name: planned.whole.archive_of(t) for t in planned.whole.tasks}
                    report_unnamed_files(workflow, archives, collector)
            made.append(Examined(workflow, graph, planned))
        written = [(workflow, planned.tasks) for workflow, _, planned in made]
        report_shared_between(
            written, self._engine.capabilities.placeholders.iteration(), collector
        )
        faulty = collector.faulty_sources()  # prun will warn again when it gets what is meant
        collector.keep(lambda d: d.rule is not PRUN_WARNS or d.source not in faulty)
        return tuple(made)

    @cached_property
    def compiled(self) -> Mapping[str, CompiledWorkflow]:
        """The workflows by name, lowered; none if there are errors."""
        made: dict[str, CompiledWorkflow] = {}
        for one in self.examined:
            whole = one.planned.whole
            if not isinstance(whole, Failed) and not self._collector.has_errors:
                name, source = one.workflow.name, one.workflow.source.name
                made[name] = CompiledWorkflow(name, self._engine.lower(whole), source, one)
        return made

    def sort(self, strict: bool = False) -> tuple[Diagnostic, ...]:
        """Return the diagnostics, sorted, without silenced warnings.

        :param strict: count warnings as errors.
        """
        return self._unsilenced.sorted(self._sources, strict)

    @cached_property
    def _unsilenced(self) -> Collector:
        _ = self.examined
        suppress(self._sources, self._collector)
        return self._collector

    @property
    def analysis(self) -> Analysis:
        """Everything that is known of the only source."""
        (parsed,) = self.files
        return Analysis(parsed.source, parsed.file, self.examined, self.sort())


def _parse(source: Source) -> Parsed:
    collector = Collector()
    file = parse(source, collector)
    return Parsed(source, file, collector.sorted())


def _list_inputs(known: Set[str]) -> str:
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
