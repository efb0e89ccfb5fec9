"""Lays out blocks and wires: the order of the steps, and the rows with their lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from .channels import Channel, assign_tracks, draw_net, make_net
from .columns import FAN, place_items
from .elements import EMPTY, Box, LayoutBlock, LayoutResult, Point, Stroke, Wire
from .order import Grid, Item, make_grid, reduce_crossings
from .ranks import assign_ranks, wrap_rows

_BESIDE = 26.0
_BESIDE_LINE = 13.0
_BETWEEN_LINES = 10.0
#: The place of a line without a label.
_LINE = 14.0
_TRACK = 9.0
_CHANNEL = 18.0
#: The radius of the corners of lines.
BEND = 6.0


def lay_out(blocks: Sequence[LayoutBlock], wires: Sequence[Wire], most: float) -> LayoutResult:
    """Lay out ``blocks`` in rows of a width of about ``most`` at most.

    :param wires: without circles.
    """
    if not blocks:
        return EMPTY
    by_key = {block.key: block for block in blocks}
    rank = assign_ranks(blocks, wires)
    found = reduce_crossings(make_grid(blocks, wires, rank))
    rows = [[key for net, key in row if not net] for row in found.rows]
    widest = max(sum(by_key[key].width + _BESIDE for key in row) for row in rows)
    wide = widest > most
    if wide:
        hint = {item: (n + 0.5) / len(row) for row in found.rows for n, item in enumerate(row)}
        rank = wrap_rows(rows, by_key, wires, most, _BESIDE)
        found = _move_trunks_outside(reduce_crossings(make_grid(blocks, wires, rank), hint), wires)
    return replace(_Level(by_key, found, wide).lay_out(), widest=widest)


def _move_trunks_outside(grid: Grid, wires: Sequence[Wire]) -> Grid:
    """Move lines to many blocks to the right end of each row, those from many to the left."""
    uppers: dict[str, set[str]] = {}
    lowers: dict[str, set[str]] = {}
    for net, upper, lower in wires:
        uppers.setdefault(net, set()).add(upper)
        lowers.setdefault(net, set()).add(lower)

    def find_side(item: Item) -> int:
        net, _ = item
        if not net or max(len(uppers[net]), len(lowers[net])) < FAN:
            return 0
        return 1 if len(lowers[net]) > len(uppers[net]) else -1

    return Grid(tuple(tuple(sorted(row, key=find_side)) for row in grid.rows), grid.links)


class _Ports(NamedTuple):
    """The places of nets at one side of a block, from its middle."""

    offsets: Mapping[str, float]
    width: float


class _Level:
    """Lays out rows that are known."""

    def __init__(self, blocks: Mapping[str, LayoutBlock], grid: Grid, loose: bool) -> None:
        self._blocks = blocks
        self._grid = grid
        place = {i: (n + 0.5) / len(row) for row in grid.rows for n, i in enumerate(row)}
        down: dict[str, dict[str, list[float]]] = {}
        up: dict[str, dict[str, list[float]]] = {}
        for link in grid.links:
            for net, upper, lower in link:
                if not upper[0]:
                    far = place[lower] + self._tell_apart(lower, net)
                    down.setdefault(upper[1], {}).setdefault(net, []).append(far)
                if not lower[0]:
                    far = place[upper] + self._tell_apart(upper, net)
                    up.setdefault(lower[1], {}).setdefault(net, []).append(far)
        self._down = {key: _place_ports(block, down.get(key, {})) for key, block in blocks.items()}
        self._up = {key: _place_ports(block, up.get(key, {})) for key, block in blocks.items()}
        x = place_items(grid, self._find_width, self._find_offset, _choose_gap, loose)
        left = min(x[item] - self._find_width(item) / 2 for item in x)
        self._x = {item: place - left for item, place in x.items()}

    def _tell_apart(self, item: Item, net: str) -> float:
        """Return a small number that tells apart lines to given places of one block."""
        return 0 if item[0] else self._blocks[item[1]].fixed.get(net, 0) * 1e-6

    def _find_width(self, item: Item) -> float:
        if item[0]:
            return 0
        key = item[1]
        return max(self._blocks[key].width, self._down[key].width, self._up[key].width)

    def _find_offset(self, item: Item, net: str, lower_side: bool) -> float:
        if item[0]:
            return 0
        return (self._down if lower_side else self._up)[item[1]].offsets[net]

    def lay_out(self) -> LayoutResult:
        channels = [self._make_channel(number) for number in range(len(self._grid.links))]
        boxes: dict[str, Box] = {}
        sides: list[tuple[float, float]] = []  # top and bottom of each row
        y = 0.0
        for number, row in enumerate(self._grid.rows):
            here = [self._blocks[key] for net, key in row if not net]
            above = max((block.above for block in here), default=0)
            height = max((block.height for block in here), default=0)
            below = max((block.below for block in here), default=0)
            for block in here:
                item = ("", block.key)
                width, top = self._find_width(item), y + above + (height - block.height) / 2
                x = self._x[item] - width / 2
                boxes[block.key] = Box(x, top, width, block.height)
            sides.append((y, y + above + height + below))
            y = sides[-1][1]
            if number < len(channels):
                y += _CHANNEL + _TRACK * channels[number].count
        ends: dict[tuple[str, str], Point] = {}
        strokes = [*self._draw_in_rows(boxes, sides, ends), *self._draw_between(channels, sides)]
        width = max(self._x[item] + self._find_width(item) / 2 for item in self._x)
        return LayoutResult(width, sides[-1][1], boxes, ends, tuple(strokes), tuple(sides))

    def _make_channel(self, number: int) -> Channel:
        tops: dict[str, dict[float, None]] = {}
        bottoms: dict[str, dict[float, None]] = {}
        for net, upper, lower in self._grid.links[number]:
            tops.setdefault(net, {})[self._x[upper] + self._find_offset(upper, net, True)] = None
            bottoms.setdefault(net, {})[self._x[lower] + self._find_offset(lower, net, False)] = (
                None
            )
        return assign_tracks(make_net(net, [*tops[net]], [*bottoms[net]]) for net in tops)

    def _draw_in_rows(
        self,
        boxes: Mapping[str, Box],
        sides: Sequence[tuple[float, float]],
        ends: dict[tuple[str, str], Point],
    ) -> Iterator[Stroke]:
        """Draw the lines from boxes to the edges of their rows, and those that pass."""
        for (top, bottom), row in zip(sides, self._grid.rows, strict=True):
            for net, key in row:
                x = self._x[net, key]
                if net:
                    yield Stroke(net, (Point(x, top), Point(x, bottom)))
                    continue
                box = boxes[key]
                for name, offset in self._up[key].offsets.items():
                    end = ends[key, name] = Point(x + offset, box.y)
                    yield Stroke(name, (Point(end.x, top), end), lower=key)
                for name, offset in self._down[key].offsets.items():
                    end = ends[key, name] = Point(x + offset, box.y + box.height)
                    yield Stroke(name, (end, Point(end.x, bottom)), upper=key)

    def _draw_between(
        self, channels: Sequence[Channel], sides: Sequence[tuple[float, float]]
    ) -> Iterator[Stroke]:
        for channel_, (_, top), (bottom, _) in zip(channels, sides, sides[1:], strict=False):
            for net, track in zip(channel_.nets, channel_.tracks, strict=True):
                y = top + _CHANNEL / 2 + _TRACK * (track + 0.5)
                for part in draw_net(net, top, y, bottom, BEND):
                    yield Stroke(net.name, tuple(part))


def _place_ports(block: LayoutBlock, nets: Mapping[str, Sequence[float]]) -> _Ports:
    """Place nets at a block, in the order of their other ends."""
    order = sorted(nets, key=lambda net: (sum(nets[net]) / len(nets[net]), net))
    rooms = [block.rooms.get(net, _LINE) for net in order]
    if all(net in block.fixed for net in order):
        return _Ports({net: block.fixed[net] for net in order}, 0)
    offsets: dict[str, float] = {}
    at = -sum(rooms) / 2
    for net, room in zip(order, rooms, strict=True):
        offsets[net] = at + room / 2
        at += room
    return _Ports(offsets, sum(rooms))


def _choose_gap(a: Item, b: Item) -> float:
    if a[0] and b[0]:
        return _BETWEEN_LINES
    return _BESIDE_LINE if a[0] or b[0] else _BESIDE
