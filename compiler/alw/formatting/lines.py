"""Lines as they are written, with comments at the end of some of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from .measures import WIDTH


@dataclass(slots=True)
class _Line:
    indent: int
    parts: list[str] = field(default_factory=list)
    width: int = 0
    """Of the parts and the indentation."""
    comment: str = ""


class LineBuffer:
    """A text in the making, line by line."""

    def __init__(self) -> None:
        self._lines: list[_Line] = []

    @property
    def indent(self) -> int:
        """The column at which the current line starts."""
        return self._lines[-1].indent

    @property
    def column(self) -> int:
        """The column at which the current line ends."""
        return self._lines[-1].width

    def start(self, indent: int, blank: bool = False) -> None:
        """Start a line, perhaps after a blank one."""
        if blank:
            self._lines.append(_Line(0))
        self._lines.append(_Line(indent, width=indent))

    def add(self, text: str) -> None:
        """Add to the current line."""
        line = self._lines[-1]
        line.parts.append(text)
        line.width += len(text)

    def comment(self, text: str) -> None:
        """End the current line with a comment."""
        self._lines[-1].comment = text

    def text(self) -> str:
        """Return the whole text.  Comments of neighbouring lines are aligned."""
        written: list[str] = []
        group: list[_Line] = []
        for line in [*self._lines, _Line(-1)]:
            if group and not (line.comment and line.parts and line.indent == group[0].indent):
                written += _align_comments(group)
                group = []
            if line.comment and line.parts:
                group.append(line)
            elif line.indent >= 0:
                words = "".join(line.parts) or line.comment
                written.append(" " * line.indent + words if words else "")
        return "\n".join([*written, ""]) if written else ""


def _align_comments(group: list[_Line]) -> list[str]:
    """Return lines with their comments: aligned if there is room, else two blanks after each."""
    column = max(line.width for line in group) + 2
    aligned = all(column + len(line.comment) <= WIDTH for line in group)
    return [
        " " * line.indent
        + "".join(line.parts)
        + " " * (column - line.width if aligned else 2)
        + line.comment
        for line in group
    ]
