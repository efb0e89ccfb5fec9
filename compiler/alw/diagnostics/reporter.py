"""Reporting problems of one source."""

from __future__ import annotations

from typing import Protocol

from ..text.source import Source, Span
from .diagnostic import Collector, Failed, Fix, Label
from .rules import Rule


class _HasSource(Protocol):
    @property
    def source(self) -> Source: ...

    @property
    def collector(self) -> Collector: ...


class SourceReporter:
    """A mixin that reports problems of ``source`` to ``collector``."""

    __slots__ = ()

    def report(
        self: _HasSource,
        rule: Rule,
        span: Span,
        message: str,
        help: str = "",
        *related: tuple[Span, str],
        fix: Fix | None = None,
    ) -> None:
        """Report a problem in the source."""
        labels = [Label(self.source, where, what) for where, what in related]
        self.collector.report(rule, self.source, span, message, help, labels, fix)

    def fail(
        self: _HasSource,
        rule: Rule,
        span: Span,
        message: str,
        help: str = "",
        *related: tuple[Span, str],
        fix: Fix | None = None,
    ) -> Failed:
        """Report an error in the source, and return the failure."""
        labels = [Label(self.source, where, what) for where, what in related]
        return self.collector.fail(rule, self.source, span, message, help, labels, fix)

    def failed_before(self: _HasSource, span: Span, what: str) -> Failed:
        """Return the failure that an error reported earlier explains.

        :param what: is missing because of it: ``the command of 'simulate'``.
        """
        return self.collector.failed_before(self.source, span, what)
