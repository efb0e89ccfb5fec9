"""Pictures as shapes at places: what :mod:`.svg` writes down."""

from __future__ import annotations

from dataclasses import dataclass

from .chart import FlowKind, NodeKind
from .layout.elements import Box, Point


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text.

    :param x: its beginning.
    :param y: its baseline.
    """

    text: str
    x: float
    y: float
    size: float
    style: str
    width: float
    """At most."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A box of a node, with its text."""

    id: str
    kind: NodeKind
    box: Box
    lines: tuple[Line, ...]
    tooltip: str
    line: int


@dataclass(frozen=True, slots=True)
class Tag:
    """A label on a line."""

    kind: FlowKind
    box: Box
    text: Line
    tooltip: str
    line: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a line between boxes."""

    points: tuple[Point, ...]
    head_at_start: bool = False
    head_at_end: bool = False


@dataclass(frozen=True, slots=True)
class Wiring:
    """A complete line, and the kind of its flows."""

    kind: FlowKind
    stretches: tuple[Stretch, ...]
    tooltip: str
    line: int


@dataclass(frozen=True, slots=True)
class Border:
    """A frame around shapes: a loop or a workflow."""

    id: str
    is_loop: bool
    box: Box
    title: Line
    line: int


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything, in the order in which it is painted."""

    width: float
    height: float
    borders: tuple[Border, ...]
    wirings: tuple[Wiring, ...]
    shapes: tuple[Shape, ...]
    tags: tuple[Tag, ...]
