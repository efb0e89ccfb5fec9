"""Silences: comments that say that a warning is known and meant.

``# alw: ignore NAME, NAME`` at the end of a line silences the warnings of these names that
start on the line; ``# alw: ignore-file NAME`` silences them in the whole file.  Errors cannot
be silenced.  A silence that silences nothing is reported itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..text.source import Source, Span
from ..text.suggest import suggestion
from .catalogue import all_rules, find_rule
from .diagnostic import Collector, Diagnostic, Edit, Fix, renaming
from .rule import Rule
from .rules import NEEDLESS_IGNORE, UNKNOWN_IGNORE

#: A string, or a comment up to the next ``#``: other tools and people may go on behind it.
_TOKEN = re.compile(
    r'"(?:[^"\\\n]|\\.)*"|#(?:\s*alw:\s*(?P<order>ignore(?:-file)?)\b(?P<names>[^#\n]*))?[^#\n]*'
)
_WORD = re.compile(r"[^\s,]+")


@dataclass(frozen=True, slots=True)
class _Silence:
    """One name in a comment."""

    rule: Rule
    line: int | None
    """The line it is about; ``None`` for the file."""
    span: Span
    comment: Span
    alone: bool
    """Whether the comment holds no other name."""


def silence(sources: Sequence[Source], collector: Collector) -> None:
    """Drop the silenced warnings of ``sources``; report silences that make no sense."""
    for source in sources:
        if "alw:" in source.text:
            _silence(source, collector)


def ignoring(source: Source, diagnostic: Diagnostic) -> Edit:
    """Silences a warning: the edit that adds its name to the comment at the end of its line."""
    number, name = diagnostic.start.line, diagnostic.rule.name
    start, line = source.start_of(number), source.line(number)
    for match in _TOKEN.finditer(line):
        if match["order"] == "ignore":
            at = match.start("names") + len(match["names"].rstrip(" \t,"))
            return Edit(
                Span(start + at, start + at),
                f", {name}" if match["names"].strip(" \t,") else f" {name}",
            )
    at = len(line.rstrip())
    return Edit(Span(start + at, start + at), f"  # alw: ignore {name}")


def _silence(source: Source, collector: Collector) -> None:
    found: dict[tuple[Rule, int | None], list[_Silence]] = {}
    for one in _silences(source, collector):
        found.setdefault((one.rule, one.line), []).append(one)
    used: set[tuple[Rule, int | None]] = set()

    def wanted(d: Diagnostic) -> bool:
        if d.source is not source or d.severity == "error":
            return True
        by = {key for key in ((d.rule, d.start.line), (d.rule, None)) if key in found}
        used.update(by)
        return not by

    collector.keep(wanted)
    if collector.has_errors:  # not every warning was looked for
        return
    for key, silences in found.items():
        for unused in silences[key in used :]:  # a second one for the same is needless, too
            _report_unused(source, unused, collector)


def _report_unused(source: Source, unused: _Silence, collector: Collector) -> None:
    where = "file" if unused.line is None else "line"
    collector.report(
        NEEDLESS_IGNORE,
        source,
        unused.span,
        f"there is no {unused.rule.name} to ignore in this {where}",
        "remove it",
        fix=_removal(source, unused),
    )


def _silences(source: Source, collector: Collector) -> Iterator[_Silence]:
    for match in _TOKEN.finditer(source.text):
        if not match["order"]:
            continue
        line = None if match["order"] == "ignore-file" else source.position(match.start()).line
        comment = Span(match.start(), match.start("names") + len(match["names"].rstrip()))
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
            start = match.start("names")
            span = Span(start + word.start(), start + word.end())
            rule = find_rule(word[0])
            if rule is not None and rule.severity == "warning":
                yield _Silence(rule, line, span, comment, len(words) == 1)
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
    near = suggestion(word, known, "'alw explain' lists all")
    collector.report(
        UNKNOWN_IGNORE,
        source,
        span,
        f"there is no warning '{word}'",
        near.help,
        fix=renaming(span, word, near.name),
    )


def _removal(source: Source, unused: _Silence) -> Fix:
    """Removes the name with its comma; the comment with its last name."""
    text, span = source.text, unused.span
    if unused.alone:
        start = unused.comment.start
        while start and text[start - 1] in " \t":
            start -= 1
        return Fix("remove the comment", (Edit(Span(start, unused.comment.end), ""),))
    behind = re.compile(r"\s*,?[ \t]*").match(text, span.end)
    end = behind.end() if behind else span.end
    start = span.start
    if end >= unused.comment.end:  # the last one: the comma before it goes
        end = unused.comment.end
        while text[start - 1] in ", \t":
            start -= 1
    return Fix(f"remove '{unused.rule.name}'", (Edit(Span(start, end), ""),))
