"""The nearest name, for "did you mean"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


def nearest(wanted: str, names: Iterable[str]) -> str | None:
    """The name most like ``wanted``, or ``None`` if none is close.

    Close is an edit distance (insert, delete, replace, swap neighbours) of at most a
    third of the length, as rustc and gcc do; ties go to the first in alphabetical order.
    """
    limit = max(len(wanted), 3) // 3
    best: tuple[int, str] | None = None
    for name in sorted(set(names)):
        if abs(len(name) - len(wanted)) > limit:
            continue
        distance = 0 if name.lower() == wanted.lower() else _distance(wanted, name)
        if distance <= limit and (best is None or distance < best[0]):
            best = (distance, name)
    return best[1] if best else None


def _distance(a: str, b: str) -> int:
    """Damerau's distance (optimal string alignment)."""
    before: list[int] = []
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        before, previous = previous, current
    return previous[-1]


class Suggestion(NamedTuple):
    """What to write instead of a name."""

    help: str
    name: str | None = None


def suggestion(wanted: str, names: Iterable[str], otherwise: str = "") -> Suggestion:
    """The nearest name; else a list of a short choice, or ``otherwise``."""
    known = sorted(set(names))
    close = nearest(wanted, known)
    if close:
        return Suggestion(f"did you mean '{close}'?", close)
    if otherwise or not known or len(known) > 8:
        return Suggestion(otherwise)
    return Suggestion("known here: " + ", ".join(known))


def did_you_mean(wanted: str, names: Iterable[str], otherwise: str = "") -> str:
    """A help text that suggests the nearest name, lists a short choice, or says ``otherwise``."""
    return suggestion(wanted, names, otherwise).help


def folded(name: str) -> str:
    """``name`` without what is a matter of style: two names that fold alike mean the same."""
    return name.replace("_", "").lower()
