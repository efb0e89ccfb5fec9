"""A source that changes: its diagnostics, and what is known of it, after every edit."""

from __future__ import annotations

from dataclasses import replace

from ..check.graph import build_graph
from ..diagnostics.diagnostic import Collector, Diagnostic, Edit, Fix, Label
from ..driver.pipeline import Parsed, Pipeline
from ..driver.result import Analysis, Examined
from ..driver.session import Caches, Session
from ..plan.model import Planned
from ..semantics.input_values import Inputs
from ..semantics.program import Workflow
from ..semantics.resolve import resolve
from ..syntax.parse import parse
from ..syntax.suppression import suppress
from ..targets import DEFAULT
from ..text.piece_table import Grown
from ..text.source import Reader, Source, Span, nothing
from .reparse import Tree, edited, whole

#: How much longer than the text the grown one becomes before it starts anew.
_MOST = 4


class Document:
    """One source in an editor.

    Not for several threads at once.

    :param name: its path, as diagnostics and relative files need it.
    :param reader: reads the files that it names.
    """

    def __init__(
        self,
        name: str,
        text: str,
        given: Inputs | None = None,
        target_name: str = DEFAULT,
        reader: Reader = nothing,
    ) -> None:
        self._given = given or Inputs({})
        self._target_name = target_name
        self._reader = reader
        self._source = Source(name, text)
        self._analysis: Analysis | None = None
        self._found: tuple[Diagnostic, ...] | None = None
        self._read: tuple[Grown, Tree, str] | None = None
        self._cache = Caches()
        self._examined: tuple[Examined, ...] = ()

    @property
    def source(self) -> Source:
        """The text as it is now."""
        return self._source

    def change(self, text: str) -> None:
        """Take the text after an edit."""
        if text != self._source.text:
            self._source = self._source.with_text(text)
            self._analysis = self._found = None

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What ``alw check`` says of the text, by way of what was known before the last edit.

        While a syntax error stands in the text, it may say it in other words until the document
        is :meth:`settle`\\ d.
        """
        if self._found is None:
            grown, tree = self._edited() or self._afresh()
            self._read = grown, tree, self._source.text
            self._found = self._looked_through(grown, tree)
        return self._found

    def _edited(self) -> tuple[Grown, Tree] | None:
        if self._read is None or not self._source.text:
            return None
        grown, tree, text = self._read
        if len(grown.text) > _MOST * len(text):
            return None
        after = edited(tree, grown, text, self._source.text)
        return None if after is None else (grown, after)

    def _afresh(self) -> tuple[Grown, Tree]:
        self._cache = Caches()
        grown = Grown(self._source.name, self._source.text)
        return grown, whole(grown)

    @property
    def settled(self) -> bool:
        """Whether :attr:`diagnostics` are those of a reading of the whole text."""
        return self._found is not None and self._read is not None and self._read[1].settled

    def settle(self) -> None:
        """Read the whole text, and the folders that it names, at the next chance."""
        self._read = self._found = None

    @property
    def analysis(self) -> Analysis:
        """What is known of the text; computed when it is first asked for."""
        if self._analysis is None:
            diagnostics = self.diagnostics
            silent = Collector()
            file = parse(self._source, silent)
            workflows = resolve(self._source, file, self._given, silent)
            plans = {number: planned for number, (_, _, planned) in enumerate(self._examined)}
            known = tuple(
                Examined(
                    workflow,
                    build_graph(workflow),
                    plans.get(number) or _unplanned(workflow, silent),
                )
                for number, workflow in enumerate(workflows)
            )
            self._analysis = Analysis(self._source, file, known, diagnostics)
        return self._analysis

    def _looked_through(self, grown: Grown, tree: Tree) -> tuple[Diagnostic, ...]:
        collector = self._collected(grown, tree)
        if not self._cache.is_valid:
            self._cache = Caches()
            collector = self._collected(grown, tree)
        shown = Collector()
        for found in collector.sorted():
            d = _shown(found, grown, self._source)
            shown.report(d.rule, d.source, d.span, d.message, d.help, d.related, d.fix)
        suppress([self._source], shown)
        return shown.sorted([self._source])

    def _collected(self, grown: Grown, tree: Tree) -> Collector:
        collector = Collector()
        session = Session(self._given, self._target_name, self._reader)
        parsed = Parsed(grown, tree.file, tree.problems)
        self._examined = Pipeline([grown], session, collector, self._cache, [parsed]).examined
        return collector


def _unplanned(workflow: Workflow, collector: Collector) -> Planned:
    failed = collector.failed_before(workflow.source, workflow.head, "the plan")
    return Planned(failed, {})


def _shown(found: Diagnostic, grown: Grown, source: Source) -> Diagnostic:
    """The diagnostic with the places of the text of now."""

    def place(of: Source, span: Span) -> tuple[Source, Span]:
        return (source, grown.span(span)) if of is grown else (of, span)

    labels = tuple(
        Label(*place(label.source, label.span), label.message) for label in found.related
    )
    fix, (at, span) = found.fix, place(found.source, found.span)
    if fix is not None and found.source is grown:
        edits = tuple(Edit(grown.span(edit.span), edit.text) for edit in fix.edits)
        fix = Fix(fix.title, edits, fix.safe)
    return replace(found, source=at, span=span, related=labels, fix=fix)
