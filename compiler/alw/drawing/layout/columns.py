"""Columns: places the items of each row from left to right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from .order import Grid, Item

_SWEEPS = 12
_SETTLING = 8
"""Of the sweeps, the last ones, which look up and down."""
FAN = 4
"""Lines that part into so many or more do not pull their ends together."""
_FIRM = 200.0
_HOME = 0.1
"""The strength with which items of loose rows without neighbours stay in the middle."""


def place_items(
    grid: Grid,
    width: Callable[[Item], float],
    offset: Callable[[Item, str, bool], float],
    gap: Callable[[Item, Item], float],
    loose: bool,
) -> dict[Item, float]:
    """Return the middle of every item, near the middle of its neighbours above and below.

    :param offset: where the line of a net leaves an item, from its middle; at its lower side or
        not.
    :param gap: how far apart two neighbours are kept.
    :param loose: rows do not follow a trunk that many lines part from; they stay in the middle
        instead, because each pushes its neighbours a bit further in every sweep.
    """
    above: dict[Item, list[tuple[Item, float]]] = {}
    below: dict[Item, list[tuple[Item, float]]] = {}
    for link in grid.links:
        for net, upper, lower in link:
            shift = offset(upper, net, True) - offset(lower, net, False)
            above.setdefault(lower, []).append((upper, shift))
            below.setdefault(upper, []).append((lower, -shift))
    x: dict[Item, float] = {}
    for row in grid.rows:
        at = 0.0
        for item, following in zip(row, [*row[1:], None], strict=True):
            x[item] = at + width(item) / 2
            at += width(item) + (gap(item, following) if following else 0)
        for item in row:
            x[item] -= at / 2
    up: _Links = _drop_fans(above, below) if loose else above
    down: _Links = _drop_fans(below, above) if loose else below
    apart = {
        row: [(width(a) + width(b)) / 2 + gap(a, b) for a, b in zip(row, row[1:], strict=False)]
        for row in grid.rows
    }
    home = dict(x) if loose else {}
    for sweep in range(_SWEEPS + _SETTLING):
        sides = [up, down] if sweep >= _SWEEPS else [up if sweep % 2 == 0 else down]
        for row in grid.rows if sweep % 2 == 0 else grid.rows[::-1]:
            _settle(row, x, [_find_wanted(item, x, sides, home) for item in row], apart[row])
    for row in grid.rows:
        _settle(row, x, [_find_place_below(item, x, up, down) for item in row], apart[row])
    _straighten([row[0] for row in grid.rows if row], x, min)
    _straighten([row[-1] for row in grid.rows if row], x, max)
    return x


def _straighten(
    outermost: Sequence[Item], x: dict[Item, float], outer: Callable[[Iterable[float]], float]
) -> None:
    """Move lines that pass rows at their ends outwards, so that they are straight."""
    for net, run in groupby(outermost, key=lambda item: item[0]):
        items = list(run)
        if net:
            x.update(dict.fromkeys(items, outer(x[item] for item in items)))


_Links = Mapping[Item, Sequence[tuple[Item, float]]]


def _drop_fans(links: _Links, back: _Links) -> _Links:
    """Return the links without those to a trunk, and those of a trunk that only passes."""
    return {
        item: [
            (other, shift)
            for other, shift in others
            if len(back[other]) < FAN and (len(others) < FAN or not item[0])
        ]
        for item, others in links.items()
    }


def _settle(
    row: Sequence[Item],
    x: dict[Item, float],
    wanted: Sequence[tuple[float, float]],
    apart: Sequence[float],
) -> None:
    for item, place in zip(row, _separate(wanted, apart), strict=True):
        x[item] = place


def _find_wanted(
    item: Item, x: Mapping[Item, float], sides: Sequence[_Links], home: Mapping[Item, float]
) -> tuple[float, float]:
    """Return the best place of an item, and its weight."""
    found = [x[other] + shift for side in sides for other, shift in side.get(item, ())]
    if not found:
        place, weight = x[item], 0.05
    else:
        found.sort()
        place = (found[(len(found) - 1) // 2] + found[len(found) // 2]) / 2
        passes = all(other[0] for side in sides for other, _ in side.get(item, ()))
        weight = 2.0 if not item[0] else 3.0 if passes else 0.7
    if home:
        place = (place + _HOME * home[item]) / (1 + _HOME)
    return place, weight


def _find_place_below(
    item: Item, x: Mapping[Item, float], above: _Links, below: _Links
) -> tuple[float, float]:
    """Return the place of an item; straight below its parent if that has no other child."""
    parents = above.get(item, ())
    if len(parents) == 1 and len(below.get(parents[0][0], ())) == 1:
        return x[parents[0][0]] + parents[0][1], 1.0
    return x[item], _FIRM


def _separate(wanted: Sequence[tuple[float, float]], apart: Sequence[float]) -> list[float]:
    """Return the places nearest to the wanted ones that are far enough apart (least squares)."""
    shifts = [0.0]
    for distance in apart:
        shifts.append(shifts[-1] + distance)
    pools: list[tuple[float, float, int]] = []  # sum of weights, weighted sum, members
    for (place, weight), shift in zip(wanted, shifts, strict=False):
        pool = (weight, weight * (place - shift), 1)
        while pools and pools[-1][1] / pools[-1][0] >= pool[1] / pool[0]:
            before = pools.pop()
            pool = (before[0] + pool[0], before[1] + pool[1], before[2] + pool[2])
        pools.append(pool)
    places = [total / weight for weight, total, members in pools for _ in range(members)]
    return [place + shift for place, shift in zip(places, shifts, strict=False)]
