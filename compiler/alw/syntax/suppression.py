"""Suppression of warnings by comments.

``# alw: ignore NAME, NAME`` at the end of a line suppresses the warnings of these names that
start on the line; ``# alw: ignore-file NAME`` suppresses them in the whole file.  Errors cannot
be suppressed.  A comment that suppresses nothing is reported itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..diagnostics.catalogue import all_rules, find_rule
from ..diagnostics.diagnostic import Collector, Diagnostic, Edit, Fix, suggest_rename
from ..diagnostics.rule import Rule
from ..diagnostics.rules import NEEDLESS_IGNORE, UNKNOWN_IGNORE
from ..text.source import Source, Span
from ..text.suggest import suggest
from .lexer import comments

#: In a comment, up to the next ``#``: other tools and people may use the rest.
_ORDER = re.compile(r"#\s*alw:\s*(?P<order>ignore(?:-file)?)\b(?P<names>[^#]*)")
_WORD = re.compile(r"[^\s,]+")


@dataclass(frozen=True, slots=True)
class _Suppression:
    """One name in a comment."""

    rule: Rule
    line: int | None
    """The number of its line; ``None`` for the whole file."""
    span: Span
    comment: Span
    is_alone: bool
    """True if the comment has no other name."""


def suppress(sources: Sequence[Source], collector: Collector) -> None:
    """Drop the suppressed warnings of ``sources``; report comments that suppress nothing."""
    for source in sources:
        if "alw:" in source.text:
            _suppress(source, collector)


def edit_to_ignore(source: Source, diagnostic: Diagnostic) -> Edit:
    """Return the edit that adds a warning's name to the comment at the end of its line."""
    number, name = diagnostic.start.line, diagnostic.rule.name
    start, line = source.start_of(number), source.line(number)
    for at, order in _orders(line):
        if order["order"] == "ignore":
            names = order["names"]
            at += order.start("names") + len(names.rstrip(" \t,"))
            return Edit(
                Span(start + at, start + at),
                f", {name}" if names.strip(" \t,") else f" {name}",
            )
    at = len(line.rstrip())
    return Edit(Span(start + at, start + at), f"  # alw: ignore {name}")


def suppresses_on_line(comment: str) -> bool:
    """True if a comment suppresses warnings that start on its line."""
    return any(order["order"] == "ignore" for order in _ORDER.finditer(comment))


def _orders(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield the start of a comment, and a match within the comment."""
    for comment in comments(text):
        for match in _ORDER.finditer(comment.text):
            yield comment.start, match


def _suppress(source: Source, collector: Collector) -> None:
    found: dict[tuple[Rule, int | None], list[_Suppression]] = {}
    for one in _suppressions(source, collector):
        found.setdefault((one.rule, one.line), []).append(one)
    used: set[tuple[Rule, int | None]] = set()

    def is_wanted(d: Diagnostic) -> bool:
        if d.source is not source or d.severity == "error":
            return True
        by = {key for key in ((d.rule, d.start.line), (d.rule, None)) if key in found}
        used.update(by)
        return not by

    collector.keep(is_wanted)
    if collector.has_errors:  # then not every warning was looked for
        return
    for key, suppressions in found.items():
        for unused in suppressions[key in used :]:  # a second one for the same is needless, too
            _report_unused(source, unused, collector)


def _report_unused(source: Source, unused: _Suppression, collector: Collector) -> None:
    where = "file" if unused.line is None else "line"
    collector.report(
        NEEDLESS_IGNORE,
        source,
        unused.span,
        f"there is no {unused.rule.name} to ignore in this {where}",
        "remove it",
        fix=_removal(source, unused),
    )


def _suppressions(source: Source, collector: Collector) -> Iterator[_Suppression]:
    for offset, match in _orders(source.text):
        begin, start = offset + match.start(), offset + match.start("names")
        line = None if match["order"] == "ignore-file" else source.position(begin).line
        comment = Span(begin, start + len(match["names"].rstrip()))
        words = list(_WORD.finditer(match["names"]))
        if not words:
            collector.report(
                UNKNOWN_IGNORE,
                source,
                comment,
                "the comment does not say what to ignore",
                f"for example: # alw: {match['order']} unused-input",
            )
        for word in words:
            span = Span(start + word.start(), start + word.end())
            rule = find_rule(word[0])
            if rule is not None and rule.severity == "warning":
                yield _Suppression(rule, line, span, comment, len(words) == 1)
                continue
            _report_unknown(source, span, word[0], rule, collector)


def _report_unknown(
    source: Source, span: Span, word: str, rule: Rule | None, collector: Collector
) -> None:
    if rule is not None:
        message = f"'{word}' is an error, which cannot be ignored"
        collector.report(UNKNOWN_IGNORE, source, span, message, "remove it")
        return
    known = [rule.name for rule in all_rules().values() if rule.severity == "warning"]
    near = suggest(word, known, "'alw explain' lists all")
    collector.report(
        UNKNOWN_IGNORE,
        source,
        span,
        f"there is no warning '{word}'",
        near.help,
        fix=suggest_rename(span, word, near.name),
    )


def _removal(source: Source, unused: _Suppression) -> Fix:
    """Remove the name with its comma; with the last name, remove the comment."""
    text, span = source.text, unused.span
    if unused.is_alone:
        start = unused.comment.start
        while start and text[start - 1] in " \t":
            start -= 1
        return Fix("remove the comment", (Edit(Span(start, unused.comment.end), ""),))
    comma = re.compile(r"\s*,?[ \t]*").match(text, span.end)
    end = comma.end() if comma else span.end
    start = span.start
    if end >= unused.comment.end:  # the last one: the comma before it goes
        end = unused.comment.end
        while text[start - 1] in ", \t":
            start -= 1
    return Fix(f"remove '{unused.rule.name}'", (Edit(Span(start, end), ""),))
