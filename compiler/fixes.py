"""Applying fixes: texts in, texts out, no files.

A fix is applied as a whole or not at all.  Of two that touch the same text the first is
applied, and the other left for the next round, which looks at the new text.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from .diagnostics import Fix
from .source import Source, Span

if TYPE_CHECKING:
    from .compilation import Compilation

#: Fixes lead to fixes, but not for ever.
ROUNDS = 20


class Applied(NamedTuple):
    """A text, and how many fixes were applied to it."""

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
    return Applied(_changed(text, sorted(changes)), number)


def _changed(text: str, changes: Iterable[tuple[Span, str]]) -> str:
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
    # those taken are apart from each other: only neighbours can touch
    at = bisect_left(taken, span)
    return any(_touch(span, other) for other in taken[max(at - 1, 0) : at + 1])


def _touch(a: Span, b: Span) -> bool:
    if a.start == a.end or b.start == b.end:  # what is inserted at an edge has no sure place
        return a.start <= b.end and b.start <= a.end
    return a.start < b.end and b.start < a.end


class Repair(NamedTuple):
    """What became of sources."""

    sources: tuple[Source, ...]
    """In the order given; those with nothing to fix are the same objects."""
    fixes: tuple[int, ...]
    """How many were applied to each."""
    before: Compilation
    after: Compilation


def repair(sources: Sequence[Source], compile: Callable[[Sequence[Source]], Compilation]) -> Repair:
    """Apply the safe fixes to ``sources``, and to what comes of it, until there are none.

    A source that would not parse any more stays as it was.

    :param compile: compiles sources; its diagnostics are about these very objects.
    """
    current = list(sources)
    numbers = [0] * len(current)
    kept: set[int] = set()
    before = after = compile(current)
    for _ in range(ROUNDS):
        tried = _round(current, after, kept)
        if not tried:
            break
        attempt = list(current)
        for index, (text, _) in tried.items():
            attempt[index] = current[index].with_text(text)
        result = compile(attempt)
        spoilt = (_unparsed(attempt, result) - _unparsed(current, after)) & tried.keys()
        if spoilt:
            kept |= spoilt
            for index in spoilt:
                attempt[index] = current[index]
                del tried[index]
            result = compile(attempt)
        current, after = attempt, result
        for index, applied in tried.items():
            numbers[index] += applied.fixes
    return Repair(tuple(current), tuple(numbers), before, after)


def _round(sources: Sequence[Source], found: Compilation, kept: set[int]) -> dict[int, Applied]:
    """The new texts of the sources, by their indices, that safe fixes change."""
    safe: dict[int, list[Fix]] = {id(source): [] for source in sources}
    for d in found.diagnostics:
        if d.fix is not None and d.fix.safe and id(d.source) in safe:
            safe[id(d.source)].append(d.fix)
    applied = {
        index: apply(source.text, safe[id(source)])
        for index, source in enumerate(sources)
        if index not in kept and safe[id(source)]
    }
    return {index: a for index, a in applied.items() if a.text != sources[index].text}


def _unparsed(sources: Sequence[Source], found: Compilation) -> set[int]:
    """The indices of the sources whose text is not understood."""
    faulty = {
        id(d.source)
        for d in found.diagnostics
        if d.code.startswith("ALW1") and d.rule.severity == "error"
    }
    return {index for index, source in enumerate(sources) if id(source) in faulty}
