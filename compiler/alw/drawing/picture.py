"""Lays out a drawing: charts below each other, each about in the shape of a screen."""

from __future__ import annotations

from math import log

from .chart import Chart, Drawing
from .composer import Composer
from .implied import drop_implied
from .parts import Part
from .scene import Scene, Wiring

_EDGE = 16.0
_WIDTHS = (3200.0, 2400.0, 1800.0, 1300.0, 1000.0)
_SHAPE = 1.5
"""The best ratio of width to height."""


def make_scene(drawing: Drawing) -> Scene:
    """Lay out ``drawing``."""
    y = _EDGE
    parts: list[Part] = []
    wirings: list[Wiring] = []
    for chart in drawing.charts:
        composer, part = _choose_best(drop_implied(chart))
        parts.append(part.move(_EDGE, y))
        wirings += composer.join_lines(parts[-1])
        y += part.height + _EDGE
    every = Part().put_under(parts)
    width = max((part.width for part in parts), default=0) + 2 * _EDGE
    return Scene(width, y, every.borders, tuple(wirings), every.shapes, every.tags)


def _choose_best(chart: Chart) -> tuple[Composer, Part]:
    """Return the picture of a chart whose shape and size suit a screen best."""
    composer = Composer(chart, float("inf"))
    best = part = composer.compose()
    for width in _WIDTHS:
        if width < min(part.width, composer.widest) and best.width > best.height:
            best = min(best, Composer(chart, width).compose(), key=_measure_unfitness)
    return composer, best


def _measure_unfitness(part: Part) -> float:
    return abs(log(part.width / part.height / _SHAPE)) + log(part.width * part.height)
