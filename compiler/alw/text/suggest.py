"""The nearest name, for "did you mean"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


def nearest(wanted: str, names: Iterable[str]) -> str | None:
    """Return the name most like ``wanted``, or ``None`` if none is close.

    Close is an edit distance (insert, delete, replace, swap neighbours) of at most a
    third of the length, as rustc and gcc do; ties go to the first in alphabetical order.
    """
    limit = max(len(wanted), 3) // 3
    best: str | None = None
    for name in sorted(set(names)):
        if abs(len(name) - len(wanted)) > limit:
            continue
        distance = 0 if name.lower() == wanted.lower() else _distance(wanted, name, limit)
        if distance <= limit:
            best, limit = name, distance - 1  # a later one must be nearer
    return best


def _distance(a: str, b: str, limit: int) -> int:
    """Return Damerau's distance (optimal string alignment), or more than ``limit`` if it is."""
    start, least = 0, min(len(a), len(b))
    while start < least and a[start] == b[start]:
        start += 1
    end = 0
    while end < least - start and a[-1 - end] == b[-1 - end]:
        end += 1
    a, b = a[start : len(a) - end], b[start : len(b) - end]
    before: list[int] = []
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > limit and min(previous) > limit:
            return limit + 1
        before, previous = previous, current
    return previous[-1]


class Suggestion(NamedTuple):
    """A help text, and the name to write instead."""

    help: str
    name: str | None = None


def suggest(wanted: str, names: Iterable[str], otherwise: str = "") -> Suggestion:
    """Suggest the nearest name; else a list of a short choice, or ``otherwise``."""
    known = sorted(set(names))
    close = nearest(wanted, known)
    if close:
        return Suggestion(f"did you mean '{close}'?", close)
    if otherwise or not known or len(known) > 8:
        return Suggestion(otherwise)
    return Suggestion("known here: " + ", ".join(known))


def did_you_mean(wanted: str, names: Iterable[str], otherwise: str = "") -> str:
    """Return a help text: the nearest name, a list of a short choice, or ``otherwise``."""
    return suggest(wanted, names, otherwise).help


def fold_name(name: str) -> str:
    """Return ``name`` without what is a matter of style: names that fold alike mean the same."""
    return name.replace("_", "").lower()
