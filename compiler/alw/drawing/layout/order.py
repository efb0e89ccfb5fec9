"""Orders the items of each row, with few crossings."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .elements import LayoutBlock, Wire

Item = tuple[str, str]
"""A block ``("", key)``, or a net that passes through a row: ``(net, row)``."""
_SWEEPS = 10


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of items, and the links between neighbouring rows."""

    rows: tuple[tuple[Item, ...], ...]
    links: tuple[tuple[tuple[str, Item, Item], ...], ...]
    """Of each row to the next: net, upper item, lower item."""


def make_grid(
    blocks: Iterable[LayoutBlock], wires: Iterable[Wire], rank: Mapping[str, int]
) -> Grid:
    """Return the rows, with an item wherever a net passes through one."""
    count = max(rank.values(), default=-1) + 1
    rows: list[dict[Item, None]] = [{} for _ in range(count)]
    links: list[dict[tuple[str, Item, Item], None]] = [{} for _ in range(max(count - 1, 0))]
    for block in blocks:
        rows[rank[block.key]]["", block.key] = None
    for net, upper, lower in wires:
        before: Item = ("", upper)
        for row in range(rank[upper] + 1, rank[lower]):
            item = (net, str(row))
            rows[row][item] = None
            links[row - 1][net, before, item] = None
            before = item
        links[rank[lower] - 1][net, before, ("", lower)] = None
    return Grid(tuple(tuple(row) for row in rows), tuple(tuple(link) for link in links))


def reduce_crossings(grid: Grid, hint: Mapping[Item, float] | None = None) -> Grid:
    """Return the grid with its rows in an order with few crossings.

    :param hint: earlier places of items.
    """
    rows = [list(row) for row in grid.rows]
    if hint:
        for row in rows:
            row.sort(key=lambda item: hint.get(item, 0.5))
    above: dict[Item, list[Item]] = {}
    below: dict[Item, list[Item]] = {}
    for link in grid.links:
        for _, upper, lower in link:
            above.setdefault(lower, []).append(upper)
            below.setdefault(upper, []).append(lower)
    best, least = [list(row) for row in rows], _count_crossings(rows, grid)
    for sweep in range(_SWEEPS):
        if not least:
            break
        downwards = sweep % 2 == 0
        neighbours = above if downwards else below
        numbers = range(1, len(rows)) if downwards else range(len(rows) - 2, -1, -1)
        for number in numbers:
            other = rows[number - 1 if downwards else number + 1]
            _sort(rows[number], other, neighbours)
        crossings = _count_crossings(rows, grid)
        if crossings < least:
            best, least = [list(row) for row in rows], crossings
    return Grid(tuple(tuple(row) for row in best), grid.links)


def _sort(row: list[Item], other: Sequence[Item], neighbours: Mapping[Item, list[Item]]) -> None:
    """Sort ``row`` by the middle of its items' neighbours; items without any stay in place."""
    place = {item: number for number, item in enumerate(other)}
    scale = len(row) / max(len(other), 1)
    wanted: dict[Item, float] = {}
    for number, item in enumerate(row):
        places = [place[n] for n in neighbours.get(item, ())]
        wanted[item] = (sum(places) / len(places) + 0.5) * scale if places else number + 0.5
    row.sort(key=wanted.__getitem__)


def _count_crossings(rows: Sequence[Sequence[Item]], grid: Grid) -> int:
    total = 0
    for number, link in enumerate(grid.links):
        uppers = {item: n for n, item in enumerate(rows[number])}
        lowers = {item: n for n, item in enumerate(rows[number + 1])}
        seen: list[int] = []
        last, waiting = -1, list[int]()
        for upper, lower in sorted((uppers[u], lowers[lo]) for _, u, lo in link):
            if upper != last:
                for one in waiting:
                    insort(seen, one)
                last, waiting = upper, []
            total += len(seen) - bisect_left(seen, lower + 1)
            waiting.append(lower)
    return total
