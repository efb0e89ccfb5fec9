"""Apply fixes: texts in, texts out, no files.

A fix is applied as a whole or not at all.  Of two that touch the same text the first is
applied, and the other left for the next round, which looks at the new text.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from ..text.source import Source, Span
from .diagnostic import Diagnostic, Fix

#: The most rounds: a fix may lead to another one.
ROUNDS = 20
#: Returns the diagnostics of sources, which are about these very objects.
Diagnose: TypeAlias = Callable[[Sequence[Source]], Sequence[Diagnostic]]


class Applied(NamedTuple):
    """A text, and the number of fixes that were applied to it."""

    text: str
    fixes: int


def apply(text: str, fixes: Iterable[Fix]) -> Applied:
    """Apply those of ``fixes`` that change ``text`` and touch none before them."""
    taken: list[Span] = []
    changes: list[tuple[Span, str]] = []
    number = 0
    for fix in fixes:
        edits = [(e.span, e.text) for e in fix.edits if text[e.span.start : e.span.end] != e.text]
        spans = sorted(span for span, _ in edits)
        if not edits or _touches_itself(spans) or any(_is_taken(span, taken) for span in spans):
            continue
        for span in spans:
            insort(taken, span)
        changes += edits
        number += 1
    return Applied(_change(text, sorted(changes)), number)


def _change(text: str, changes: Iterable[tuple[Span, str]]) -> str:
    parts: list[str] = []
    at = 0
    for span, new in changes:
        parts += (text[at : span.start], new)
        at = span.end
    parts.append(text[at:])
    return "".join(parts)


def _touches_itself(spans: Sequence[Span]) -> bool:
    return any(_touch(a, b) for a, b in pairwise(spans))


def _is_taken(span: Span, taken: Sequence[Span]) -> bool:
    # the taken ones do not touch each other: only neighbours can touch ``span``
    at = bisect_left(taken, span)
    return any(_touch(span, other) for other in taken[max(at - 1, 0) : at + 1])


def _touch(a: Span, b: Span) -> bool:
    if a.start == a.end or b.start == b.end:  # what is inserted at an edge has no sure place
        return a.start <= b.end and b.start <= a.end
    return a.start < b.end and b.start < a.end


class Repair(NamedTuple):
    """The sources after the fixes, and the diagnostics before and after."""

    sources: tuple[Source, ...]
    """In the order given; those with nothing to fix are the same objects."""
    fixes: tuple[int, ...]
    """The number of fixes that were applied to each."""
    before: Sequence[Diagnostic]
    """The diagnostics at first; a fix that is not applied is not offered as a safe one."""
    after: Sequence[Diagnostic]
    """The diagnostics after the fixes."""


def repair(sources: Sequence[Source], diagnose: Diagnose) -> Repair:
    """Apply the safe fixes to ``sources``, again and again until there are none left.

    A fix that causes a syntax error is not applied, and :attr:`Repair.before` does not offer it.
    """
    current = list(sources)
    numbers = [0] * len(current)
    refused: list[Fix] = []
    before = after = diagnose(current)
    first: list[Fix] = []
    for number in range(ROUNDS):
        tried = _round(current, after, refused)
        if not tried:
            break
        attempt = _apply_all(current, tried)
        result = diagnose(attempt)
        faults = zip(_faults(attempt, result), _faults(current, after), strict=True)
        spoilt = [index for index, (now, then) in enumerate(faults) if now > then]
        if spoilt:
            for index in spoilt:
                refused += _find_spoiling(current, index, after, refused, diagnose)
            tried = _round(current, after, refused)
            attempt = _apply_all(current, tried)
            result = diagnose(attempt)
        if number == 0:
            first = list(refused)
        current, after = attempt, result
        for index, applied in tried.items():
            numbers[index] += applied.fixes
    before, after = _without_refused(before, first), _without_refused(after, refused)
    return Repair(tuple(current), tuple(numbers), before, after)


def _apply_all(sources: Sequence[Source], tried: Mapping[int, Applied]) -> list[Source]:
    return [
        source.with_text(tried[index].text) if index in tried else source
        for index, source in enumerate(sources)
    ]


def _find_spoiling(
    sources: Sequence[Source],
    index: int,
    found: Sequence[Diagnostic],
    refused: Sequence[Fix],
    diagnose: Diagnose,
) -> list[Fix]:
    """Return the fixes of a source after which it would not parse, tried one at a time."""
    source = sources[index]
    spoiling = []
    for fix in _safe(source, found, refused):
        alone = source.with_text(apply(source.text, [fix]).text)
        attempt = [alone if n == index else other for n, other in enumerate(sources)]
        if _faults(attempt, diagnose(attempt))[index] > _faults(sources, found)[index]:
            spoiling.append(fix)
    return spoiling or _safe(source, found, refused)


def _without_refused(found: Sequence[Diagnostic], refused: Sequence[Fix]) -> Sequence[Diagnostic]:
    """Return ``found`` without the fixes that are not applied."""
    gone = set(map(id, refused))
    if not gone:
        return found
    return [replace(d, fix=None) if d.fix is not None and id(d.fix) in gone else d for d in found]


def _safe(source: Source, found: Sequence[Diagnostic], refused: Sequence[Fix]) -> list[Fix]:
    gone = set(map(id, refused))
    return [
        d.fix
        for d in found
        if d.source is source and d.fix is not None and d.fix.safe and id(d.fix) not in gone
    ]


def _round(
    sources: Sequence[Source], found: Sequence[Diagnostic], refused: Sequence[Fix]
) -> dict[int, Applied]:
    """Return the new texts, by index, of the sources that safe fixes change."""
    applied = {
        index: apply(source.text, fixes)
        for index, source in enumerate(sources)
        if (fixes := _safe(source, found, refused))
    }
    return {index: a for index, a in applied.items() if a.text != sources[index].text}


def _faults(sources: Sequence[Source], found: Sequence[Diagnostic]) -> list[int]:
    """Return how many faults of syntax each of the sources has."""
    numbers = Counter(
        id(d.source) for d in found if d.code.startswith("ALW1") and d.rule.severity == "error"
    )
    return [numbers[id(source)] for source in sources]
