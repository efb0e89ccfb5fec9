"""Parts of a picture that are put together and moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .layout.elements import Box, Point
from .scene import Border, Line, Shape, Stretch, Tag


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a picture, at places of its own.

    :param stretches: parts of lines, with the nets that they belong to.
    """

    width: float = 0
    height: float = 0
    borders: tuple[Border, ...] = ()
    stretches: tuple[tuple[str, Stretch], ...] = ()
    shapes: tuple[Shape, ...] = ()
    tags: tuple[Tag, ...] = ()

    def move(self, x: float, y: float) -> Part:
        """Return the part, moved."""

        def move_box(old: Box) -> Box:
            return old._replace(x=old.x + x, y=old.y + y)

        def move_text(old: Line) -> Line:
            return replace(old, x=old.x + x, y=old.y + y)

        def move_points(old: Stretch) -> Stretch:
            return replace(old, points=tuple(Point(p.x + x, p.y + y) for p in old.points))

        return Part(
            self.width,
            self.height,
            tuple(replace(b, box=move_box(b.box), title=move_text(b.title)) for b in self.borders),
            tuple((net, move_points(stretch)) for net, stretch in self.stretches),
            tuple(
                replace(s, box=move_box(s.box), lines=tuple(map(move_text, s.lines)))
                for s in self.shapes
            ),
            tuple(replace(t, box=move_box(t.box), text=move_text(t.text)) for t in self.tags),
        )

    def put_under(self, others: Iterable[Part]) -> Part:
        """Return the part with ``others`` painted upon it."""
        every = [self, *others]
        return replace(
            self,
            borders=tuple(b for p in every for b in p.borders),
            stretches=tuple(s for p in every for s in p.stretches),
            shapes=tuple(s for p in every for s in p.shapes),
            tags=tuple(t for p in every for t in p.tags),
        )
