"""Text of boxes and labels, and the room that it takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .chart import Flow, Frame, Node, NodeKind
from .labels import clean_label, join_labels, measure_width, shorten, wrap_condition, wrap_text
from .layout.elements import Box
from .scene import Line

_TITLE, _SMALL, _LABEL = 13.0, 10.5, 11.0
_SIDE, _TOP = 12.0, 8.0
_LEADING = 1.35
TAG_HEIGHT = 17.0
_MOST_LABEL, _MOST_ROWS, _MOST_TOOLTIP = 30, 12, 500


@dataclass(frozen=True, slots=True)
class TextRun:
    """A line of text that has no place yet."""

    text: str
    size: float
    style: str

    @property
    def width(self) -> float:
        """Its width, at most."""
        return measure_width(self.text, self.size, self.style == "title", self.style == "code")


@dataclass(frozen=True, slots=True)
class Face:
    """The text in a box."""

    texts: tuple[TextRun, ...]
    width: float
    height: float

    def place_lines(self, box: Box) -> Iterator[Line]:
        """Yield the lines, placed in the middle of their box."""
        y = box.y + (box.height - sum(t.size * _LEADING for t in self.texts)) / 2
        for text in self.texts:
            x = box.x + (box.width - text.width) / 2
            yield Line(text.text, x, y + text.size, text.size, text.style, text.width)
            y += text.size * _LEADING


def make_face(node: Node, compact: bool) -> Face:
    """Return the text in the box of a node.

    :param compact: leave out the command, because there are many.
    """
    texts: list[TextRun] = []
    match node.kind:
        case NodeKind.TASK | NodeKind.LEARNER:
            texts.append(
                TextRun(shorten(clean_label(node.title), 20 if compact else 28), _TITLE, "title")
            )
            if node.detail and not compact:
                shown = wrap_text(clean_label(node.detail), 30, 2)
                texts += [TextRun(line, _SMALL, "code") for line in shown]
        case NodeKind.DATASET:
            texts.append(
                TextRun(shorten(clean_label(node.title), 24 if compact else 40), _SMALL, "plain")
            )
        case NodeKind.START:
            rows = [shorten(clean_label(row), 40) for row in node.rows]
            if len(rows) > _MOST_ROWS:
                rows[_MOST_ROWS - 1 :] = [f"and {len(rows) - _MOST_ROWS + 1} more"]
            texts += [TextRun(row, _LABEL, "plain") for row in rows or [node.title]]
        case NodeKind.REPEAT:
            texts += [
                TextRun(line, _LABEL, "plain") for line in wrap_condition(clean_label(node.title))
            ]
    side = _SIDE * 2 if node.kind is NodeKind.REPEAT else _SIDE
    wide = max((text.width for text in texts), default=0) + 2 * side
    high = sum(text.size * _LEADING for text in texts) + 2 * _TOP
    return Face(tuple(texts), max(wide, 60), high)


def make_tag_text(flows: Sequence[Flow]) -> TextRun | None:
    """Return the label of flows that carry the same."""
    shown = join_labels(flows[0].labels, _MOST_LABEL)
    return TextRun(shown, _LABEL, "plain") if shown else None


def measure_tag(text: TextRun) -> float:
    """Return the width of a label with its edge."""
    return text.width + 12


def place_tag_text(text: TextRun, box: Box) -> Line:
    """Place the text of a label in its box."""
    x = box.x + (box.width - text.width) / 2
    return Line(text.text, x, box.y + 12.5, text.size, text.style, text.width)


def make_frame_title(frame: Frame) -> TextRun:
    """Return the title of a frame."""
    return TextRun(shorten(clean_label(frame.title), 60), _TITLE, "title")


def make_tooltip(*parts: str) -> str:
    """Return the text that is shown while the pointer is on something."""
    return shorten("\n".join(clean_label(part) for part in parts if part), _MOST_TOOLTIP)
