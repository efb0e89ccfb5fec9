"""Diagnostics: what the compiler reports about a program, as data.

A :class:`Diagnostic` names its :class:`~.rule.Rule`, the place, and what to do.  Every
phase adds to one :class:`Collector`; renderers (``cli/formats``) know nothing of checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypedDict

from ..text.source import Position, Source, Span
from ..text.suggest import fold_name
from .rules import INTERNAL_ERROR, Rule, Severity


def escape_unprintable(text: str) -> str:
    """Return ``text`` with line ends, control characters and the like as escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


@dataclass(frozen=True, slots=True)
class Label:
    """A further place that explains a diagnostic: the cause, the first definition."""

    source: Source
    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement of the text of ``span`` by ``text``."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A change of the diagnostic's source that removes the problem.

    :param title: an imperative: ``change to 'n_jobs'``.
    :param safe: true if it is the one right answer; else it is a guess that the author must check.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool = True


def suggest_rename(span: Span, written: str, name: str | None) -> Fix | None:
    """Return the change of what is ``written`` to ``name``; safe if they differ in style only."""
    if name is None:
        return None
    return Fix(f"change to '{name}'", (Edit(span, name),), fold_name(written) == fold_name(name))


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem: what, where, why, and what to write instead."""

    rule: Rule
    source: Source
    span: Span
    message: str
    help: str = ""
    related: tuple[Label, ...] = ()
    severity: Severity = "error"
    fix: Fix | None = None

    @property
    def code(self) -> str:
        """The stable code: ``ALW203``."""
        return self.rule.code

    @property
    def name(self) -> str:
        """The kebab-case name: ``unbound-name``."""
        return self.rule.name

    @property
    def start(self) -> Position:
        """The line and column of the first character, from 1."""
        return self.source.position(self.span.start)

    @property
    def end(self) -> Position:
        """The line and column just after the last character, from 1."""
        return self.source.position(self.span.end)

    def to_json(self) -> DiagnosticJson:
        """Return the record of ``schemas/diagnostics.schema.json``."""
        return {
            "code": self.code,
            "name": self.name,
            "severity": self.severity,
            "message": self.message,
            "file": self.source.name,
            "range": _range(self.source, self.span),
            "help": self.help or None,
            "related": [
                {
                    "message": label.message,
                    "file": label.source.name,
                    "range": _range(label.source, label.span),
                }
                for label in self.related
            ],
            "fix": None if self.fix is None else _fix(self.source, self.fix),
        }


@dataclass(frozen=True, slots=True)
class Failed:
    """The absence of a result, because of an error that was reported.

    A function that may fail returns ``X | Failed``: a type checker then sees to it that no caller
    takes a failure for "nothing to do".  One is made by reporting an error, :meth:`Collector.fail`,
    or by pointing at one that was reported before, :meth:`Collector.failed_before`, which holds
    the caller to it.

    :param error: the first error that explains it.
    """

    error: Diagnostic


class PositionJson(TypedDict):
    """A line and a column, both from 1."""

    line: int
    column: int


class RangeJson(TypedDict):
    """From the first character to just after the last one."""

    start: PositionJson
    end: PositionJson


class RelatedJson(TypedDict):
    """A related place."""

    message: str
    file: str
    range: RangeJson


class EditJson(TypedDict):
    """A replacement of text."""

    range: RangeJson
    text: str


class FixJson(TypedDict):
    """A change of the file that removes the problem."""

    title: str
    safe: bool
    edits: list[EditJson]


class DiagnosticJson(TypedDict):
    """A diagnostic as JSON."""

    code: str
    name: str
    severity: Literal["error", "warning"]
    message: str
    file: str
    range: RangeJson
    help: str | None
    related: list[RelatedJson]
    fix: FixJson | None


def _range(source: Source, span: Span) -> RangeJson:
    start, end = source.position(span.start), source.position(span.end)
    return {
        "start": {"line": start.line, "column": start.column},
        "end": {"line": end.line, "column": end.column},
    }


def _fix(source: Source, fix: Fix) -> FixJson:
    edits: list[EditJson] = [
        {"range": _range(source, edit.span), "text": edit.text} for edit in fix.edits
    ]
    return {"title": fix.title, "safe": fix.safe, "edits": edits}


class Collector:
    """The diagnostics of all phases of one compilation."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []
        self.errors = 0
        """The number of errors so far."""
        self._seen: set[tuple[str, str, Span, str]] = set()
        self._first_errors: dict[int, Diagnostic] = {}
        """By the identity of the source, which the diagnostic keeps alive."""

    def report(
        self,
        rule: Rule,
        source: Source,
        span: Span,
        message: str,
        help: str = "",
        related: Iterable[Label] = (),
        fix: Fix | None = None,
    ) -> Diagnostic:
        """Add a diagnostic; duplicates are dropped.

        Line ends in values and file names are escaped, so that a message is one line.
        """
        message = escape_unprintable(message)
        if not help.isprintable():
            help = "\n".join(map(escape_unprintable, help.split("\n")))
        key = (rule.code, source.name, span, message)
        made = Diagnostic(rule, source, span, message, help, tuple(related), rule.severity, fix)
        if key not in self._seen:
            self._seen.add(key)
            self._found.append(made)
            if rule.severity == "error":
                self.errors += 1
                self._first_errors.setdefault(id(source), made)
        return made

    def fail(
        self,
        rule: Rule,
        source: Source,
        span: Span,
        message: str,
        help: str = "",
        related: Iterable[Label] = (),
        fix: Fix | None = None,
    ) -> Failed:
        """Add an error, and return the failure that it explains."""
        assert rule.severity == "error", rule
        return Failed(self.report(rule, source, span, message, help, related, fix))

    def failed_before(self, source: Source, span: Span, what: str) -> Failed:
        """Return the failure that an earlier error explains.

        Without one the compiler would lose ``what`` silently; that is an error of its own.
        """
        error = self._first_errors.get(id(source)) or next(iter(self._first_errors.values()), None)
        if error is not None:
            return Failed(error)
        return self.fail(
            INTERNAL_ERROR,
            source,
            span,
            f"{what} got lost in the compiler, without a reason",
            "this is a bug in alw: please report it, with this file",
        )

    def __len__(self) -> int:
        """Return the number of diagnostics so far."""
        return len(self._found)

    def extend(self, other: Collector) -> None:
        """Add the diagnostics of ``other``."""
        for d in other._found:
            self.report(d.rule, d.source, d.span, d.message, d.help, d.related, d.fix)

    def keep(self, wanted: Callable[[Diagnostic], bool]) -> None:
        """Drop what is not ``wanted``."""
        self._found = [d for d in self._found if wanted(d)]

    @property
    def has_errors(self) -> bool:
        """True if there is an error so far."""
        return self.errors > 0

    def faulty_sources(self) -> set[Source]:
        """Return the sources with an error so far."""
        return {d.source for d in self._found if d.severity == "error"}

    def sorted(self, order: Sequence[Source] = (), strict: bool = False) -> tuple[Diagnostic, ...]:
        """Return all diagnostics, file by file in ``order``, then in source order.

        :param strict: warnings become errors.
        """
        rank = {id(source): number for number, source in enumerate(order)}
        found = sorted(
            self._found,
            key=lambda d: (rank.get(id(d.source), -1), d.source.name, d.span, d.code),
        )
        if strict:
            found = [replace(d, severity="error") for d in found]
        return tuple(found)
