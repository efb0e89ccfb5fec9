"""Blocks and the wires between them, before and after they are laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class LayoutBlock:
    """A box with the room around it that nothing else may use.

    :param above: room for labels of lines that come from above.
    :param rooms: how wide the place of a net's line is, if it has a label.
    :param fixed: the place of a net's line, from the middle, if that is given.
    :param pin: blocks with a number below 0 are in rows before all others, those with one above
        0 after them; each number has a row.
    """

    key: str
    width: float
    height: float
    above: float = 0
    below: float = 0
    rooms: Mapping[str, float] = field(default_factory=dict)
    fixed: Mapping[str, float] = field(default_factory=dict)
    pin: int = 0


class Wire(NamedTuple):
    """A line from an upper to a lower block.

    The wires of a net have one upper end or one lower end in common, and share their line as
    far as they can.
    """

    net: str
    upper: str
    lower: str


class Point(NamedTuple):
    """A place; y grows downwards."""

    x: float
    y: float


class Box(NamedTuple):
    """The place and size of a block's box."""

    x: float
    y: float
    width: float
    height: float


class Stroke(NamedTuple):
    """A part of the line of a net.

    :param upper: the block at its start, if it ends at one.
    :param lower: the block at its end, likewise.
    """

    net: str
    points: tuple[Point, ...]
    upper: str | None = None
    lower: str | None = None


@dataclass(frozen=True, slots=True)
class LayoutResult:
    """The places of everything.

    :param boxes: each block's box, at least as wide as was wanted, by its key.
    :param ends: where a net's line touches a block, by the keys of both.
    """

    width: float
    height: float
    boxes: Mapping[str, Box]
    ends: Mapping[tuple[str, str], Point]
    strokes: tuple[Stroke, ...]
    rows: tuple[tuple[float, float], ...]
    """The top and the bottom of each row."""
    folded: bool = False
    """True if it has several columns."""
    widest: float = 0
    """The width of its widest row, before any was wrapped."""


EMPTY = LayoutResult(0, 0, {}, {}, (), ())
