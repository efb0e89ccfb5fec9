"""Curves in one line of text.

Drawn here, in a few lines, and not by plotext or rich: rich has no curves, and plotext draws
charts of many lines, which a summary of a dozen values has no room for.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..humanize import format_value
from .axes import linear_scale, log_scale
from .series import Series, SeriesKind, as_class

_BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII = "_.-~=+*#"
_BROADEST = 3
"""Columns that a value of few takes."""


def draw_spark(series: Series, width: int, unicode: bool) -> str:
    """Return a curve of the values of ``series`` in at most ``width`` columns.

    Of more values than columns, each column has the mean of its own.  Different strings are at
    different heights.  Where there is no value, there is a space.

    :param unicode: whether blocks can be shown; else it is signs of ASCII.
    """
    places = _places(series)
    levels = _BLOCKS if unicode else _ASCII
    shown = []
    for known in _buckets(places, width):
        given = [place for place in known if place is not None]
        mean = sum(given) / len(given) if given else None
        shown.append(" " if mean is None else levels[min(int(mean * 8), 7)])
    return "".join(shown)


def _buckets(places: Sequence[float | None], width: int) -> list[Sequence[float | None]]:
    broad = max(min(width // max(len(places), 1), _BROADEST), 1)
    places = [place for place in places for _ in range(broad)]
    columns = min(len(places), max(width, 1))
    edges = [i * len(places) // columns for i in range(columns + 1)] if columns else []
    return [places[low:high] for low, high in zip(edges, edges[1:], strict=False)]


def _places(series: Series) -> list[float | None]:
    """Return where the values are, from 0 for the lowest to 1."""
    values = series.values
    if series.kind is SeriesKind.NUMBERS:
        numbers = series.numbers[: len(values)]
        known = [n for n in numbers if n is not None]
        if not known:
            return [None] * len(values)
        if min(known) == max(known):
            return [None if n is None else 0.45 for n in numbers]
        scale = log_scale(known) if series.is_logarithmic else linear_scale(known)
        low, high = scale.at(min(known)), scale.at(max(known))
        return [None if n is None else (scale.at(n) - low) / (high - low) for n in numbers]
    classes = series.classes
    last = max(len(classes) - 1, 1)
    named = format_value if classes == ["false", "true"] else as_class
    return [None if v is None else classes.index(named(v)) / last for v in values]
