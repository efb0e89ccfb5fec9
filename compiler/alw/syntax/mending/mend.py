"""All habits of a text, found stage by stage; each stage reads what the one before has left."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from ...diagnostics.diagnostic import Edit, Fix
from ...diagnostics.rules import Rule
from ...text.source import Span
from . import (
    comment_habits,
    declaration_habits,
    indentation_habits,
    item_habits,
    output_habits,
    repeat_habits,
    result_habits,
    shell_habits,
    value_habits,
)
from .finding import Finding
from .scan import Scan
from .source_map import SourceMap

T = TypeVar("T")
Search = Callable[[Scan], Iterable[Finding]]

#: What a stage finds must not change what the same stage looks at.
_STAGES: tuple[tuple[Search, ...], ...] = (
    (shell_habits.find_command_lines,),
    (value_habits.find_continued,),
    (output_habits.find_named_outputs,),
    (comment_habits.find_comments,),
    (shell_habits.find_options,),
    (value_habits.find_unquoted,),
    (comment_habits.find_trailing,),
    (indentation_habits.find_indented_bodies,),
    (value_habits.find_prefixes, repeat_habits.find_repeats, repeat_habits.find_logic),
    (value_habits.find_other_quotes, value_habits.find_numbers),
    (declaration_habits.find_lists,),
    (
        declaration_habits.find_declarations,
        result_habits.find_results,
        item_habits.find_heads,
        item_habits.find_afters,
    ),
    (item_habits.find_attributes, result_habits.find_fields, item_habits.find_separators),
)
#: Longest text that is looked through: what is longer was not typed.
_MOST = 1_000_000
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem at its place in the author's text."""

    rule: Rule
    span: Span
    message: str
    help: str
    fix: Fix | None


class MendedText:
    """A text without the habits that were found in it."""

    def __init__(self, text: str, reads: Callable[[str], bool]) -> None:
        self._steps: list[SourceMap] = []
        self.text = text
        self.problems: list[Problem] = []
        self.lost: set[int] = set()
        """The offsets of the opening braces of bodies that lost something."""
        if len(text) > _MOST:
            return
        for stage in _STAGES:
            scan = Scan(self.text, reads)
            self._apply(scan, [finding for search in stage for finding in search(scan)])

    def _apply(self, scan: Scan, found: list[Finding]) -> None:
        taken: list[Edit] = []
        for finding in found:
            edits = _join_edits(e for e in finding.edits if self._changes(e))
            if not edits or any(_is_taken(one, taken) for one in edits):
                continue
            if finding.title and any(_loses_comment(scan, one) for one in edits):
                continue
            for one in edits:
                insort(taken, one, key=_start)
            fix = Fix(finding.title, tuple(edits)) if finding.title else None
            self.problems.append(self._problem(finding, fix))
            if finding.lost is not None:
                self.lost.add(finding.lost)
        if taken:
            step = SourceMap(self.text, taken)
            self.lost = {step.new_place(offset) for offset in self.lost}
            self._steps.append(step)
            self.text = step.text

    def _changes(self, one: Edit) -> bool:
        return self.text[one.span.start : one.span.end] != one.text

    def _problem(self, found: Finding, fix: Fix | None) -> Problem:
        return Problem(found.rule, self.span(found.span), found.message, found.help, self.fix(fix))

    def span(self, span: Span) -> Span:
        """Return the span in the author's text of what is at ``span`` in this one."""
        for step in reversed(self._steps):
            span = step.span(span)
        return span

    def fix(self, fix: Fix | None) -> Fix | None:
        """Return ``fix`` for the author's text; ``None`` if it is about what was changed."""
        for step in reversed(self._steps):
            fix = step.fix(fix) if fix else None
        return fix

    def node(self, node: T) -> T:
        """Return a syntax tree with spans in the author's text."""
        for step in reversed(self._steps):
            node = step.node(node)
        return node


def _start(one: Edit) -> int:
    return one.span.start


def _join_edits(edits: Iterable[Edit]) -> list[Edit]:
    """Return edits in order, those that touch as one."""
    result: list[Edit] = []
    for one in sorted(edits, key=_start):
        if result and result[-1].span.end >= one.span.start:
            last = result.pop()
            one = Edit(last.span.to(one.span), last.text + one.text)
        result.append(one)
    return result


def _is_taken(one: Edit, taken: list[Edit]) -> bool:
    at = bisect_left(taken, one.span.start, key=_start)
    near = taken[max(at - 1, 0) : at + 1]
    return any(one.span.start <= b.span.end and b.span.start <= one.span.end for b in near)


def _loses_comment(scan: Scan, one: Edit) -> bool:
    """True if words of a comment are taken away, such as one between two parts of an item."""
    at = bisect_left(scan.comments, one.span.start, key=lambda comment: comment.start)
    for comment in scan.comments[at:]:
        if comment.start >= one.span.end:
            return False
        if not set(_WORDS.findall(comment.text)) <= set(_WORDS.findall(one.text)):
            return True
    return False
