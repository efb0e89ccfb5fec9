"""Folds tall layouts into several columns, which are read like those of a newspaper."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import sqrt

from .elements import Box, LayoutResult, Point, Stroke

_TALL = 2200.0
"""Layouts up to this height are not folded."""
_SLIM = 2.5
"""Nor layouts that are not so many times as high as wide."""
_SHAPE = 1.5
_MOST = 12
"""Lines that may lead from one column to the next."""
_ROOM = 22.0
_TRACK = 9.0


def fold(layout: LayoutResult) -> LayoutResult:
    """Fold ``layout`` into columns if it is much higher than wide."""
    if layout.height < _TALL or layout.height < _SLIM * layout.width:
        return layout
    count = int(sqrt(_SHAPE * layout.height / (layout.width + 2 * _ROOM)))
    cuts = _find_cuts(layout, max(count, 2))
    return _fold_at(layout, cuts) if cuts else layout


def _find_cuts(layout: LayoutResult, count: int) -> list[float]:
    """Return the ends of columns: the ends of rows that few lines pass, about evenly."""
    ending = _find_ends(layout)
    passing = {bottom: len(ending.get(bottom, ())) for _, bottom in layout.rows[:-1]}
    share = layout.height / count
    cuts: list[float] = []
    for number in range(1, count):
        near = [
            (abs(bottom - number * share) / share + lines / _MOST, bottom)
            for bottom, lines in passing.items()
            if abs(bottom - number * share) < share / 3
            and lines <= _MOST
            and bottom > max(cuts, default=0)
        ]
        if near:
            cuts.append(min(near)[1])
    return cuts


def _find_ends(layout: LayoutResult) -> dict[float, set[tuple[float, str]]]:
    """Return the lines that pass a height at which strokes end, by that height."""
    found: dict[float, set[tuple[float, str]]] = {}
    for stroke in layout.strokes:
        if stroke.lower is None:
            end = stroke.points[-1]
            found.setdefault(end.y, set()).add((end.x, stroke.net))
    return found


def _fold_at(layout: LayoutResult, cuts: Sequence[float]) -> LayoutResult:
    ending = _find_ends(layout)
    crossings = [sorted(ending.get(cut, ()), reverse=True) for cut in cuts]  # from the right
    most = max(map(len, crossings))
    top = _ROOM + most * _TRACK
    starts = [0.0, *cuts]
    places: list[float] = [0.0]
    for lines in crossings:
        places.append(places[-1] + layout.width + 2 * _ROOM + len(lines) * _TRACK)

    def move(point: Point, column: int) -> Point:
        return Point(point.x + places[column], point.y - starts[column] + top)

    def find_column(y: float) -> int:
        return bisect_right(cuts, y)

    strokes: list[Stroke] = []
    for stroke in layout.strokes:
        # a part that ends at a cut is before it, also if it has no length
        ends_there = stroke.points[-1].y in cuts and stroke.upper is not None
        column = find_column(stroke.points[0].y) - (ends_there and stroke.points[0].y in cuts)
        strokes.append(stroke._replace(points=tuple(move(p, column) for p in stroke.points)))
    for column, lines in enumerate(crossings):
        bottom = cuts[column]
        for number, (x, net) in enumerate(lines):
            start, end = move(Point(x, bottom), column), move(Point(x, bottom), column + 1)
            low = start.y + _ROOM / 2 + number * _TRACK
            aside = places[column] + layout.width + _ROOM + number * _TRACK
            high = _ROOM / 2 + number * _TRACK
            down, up = (
                (Point(start.x, low), Point(aside, low)),
                (Point(aside, high), Point(end.x, high)),
            )
            strokes.append(Stroke(net, (start, *down, *up, end)))
    boxes = {
        key: Box(*move(Point(box.x, box.y), find_column(box.y)), box.width, box.height)
        for key, box in layout.boxes.items()
    }
    ends = {
        (key, net): Point(
            end.x + places[find_column(layout.boxes[key].y)],
            end.y + boxes[key].y - layout.boxes[key].y,
        )
        for (key, net), end in layout.ends.items()
    }
    lengths = [b - a for a, b in pairwise([*starts, layout.height])]
    return replace(
        layout,
        width=places[-1] + layout.width,
        height=top + max(lengths) + _ROOM + most * _TRACK,
        boxes=boxes,
        ends=ends,
        strokes=tuple(strokes),
        folded=True,
    )
