"""Where everything of a drawing is: charts below each other, in the shape of a screen."""

from __future__ import annotations

from math import log

from .chart import Chart, Drawing
from .composer import Composer
from .implied import without_implied
from .parts import Part
from .scene import Scene, Wiring

_EDGE = 16.0
_WIDTHS = (3200.0, 2400.0, 1800.0, 1300.0, 1000.0)
_SHAPE = 1.5
"""The best ratio of width to height."""


def scene(drawing: Drawing) -> Scene:
    """Lay out ``drawing``."""
    y = _EDGE
    parts: list[Part] = []
    wirings: list[Wiring] = []
    for chart in drawing.charts:
        composer, part = _best(without_implied(chart))
        parts.append(part.at(_EDGE, y))
        wirings += composer.wirings(parts[-1])
        y += part.height + _EDGE
    every = Part().below(parts)
    width = max((part.width for part in parts), default=0) + 2 * _EDGE
    return Scene(width, y, every.borders, tuple(wirings), every.shapes, every.tags)


def _best(chart: Chart) -> tuple[Composer, Part]:
    """The picture of a chart whose shape and size suit a screen best."""
    composer = Composer(chart, float("inf"))
    best = part = composer.chart()
    for width in _WIDTHS:
        if width < min(part.width, composer.widest) and best.width > best.height:
            best = min(best, Composer(chart, width).chart(), key=_unfit)
    return composer, best


def _unfit(part: Part) -> float:
    return abs(log(part.width / part.height / _SHAPE)) + log(part.width * part.height)
