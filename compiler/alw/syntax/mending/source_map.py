"""A source map: from places in an edited text to those in the text before."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from ...diagnostics.diagnostic import Edit, Fix
from ...text.source import Span

T = TypeVar("T")


class SourceMap:
    """A text after edits that do not touch each other.

    :param edits: in the order of their places.
    """

    def __init__(self, text: str, edits: Sequence[Edit]) -> None:
        parts: list[str] = []
        #: Start and end in the new text, then in the old one.
        self._changed: list[tuple[int, int, int, int]] = []
        self._starts: list[int] = []
        at = length = 0
        for one in edits:
            kept = text[at : one.span.start]
            parts += (kept, one.text)
            length += len(kept)
            self._starts.append(length)
            self._changed.append((length, length + len(one.text), one.span.start, one.span.end))
            length += len(one.text)
            at = one.span.end
        parts.append(text[at:])
        self.text = "".join(parts)

    def _place(self, offset: int, ends: bool) -> int:
        """Return the old place of ``offset``; within what was put in, the nearer edge of it."""
        at = bisect_right(self._starts, offset) - 1
        if at >= 0 and ends and offset == self._changed[at][0]:
            at -= 1  # what ends where something was put in ends before it
        if at < 0:
            return offset
        start, end, old_start, old_end = self._changed[at]
        if offset >= end:
            return offset - end + old_end
        return old_end if ends else min(old_start + offset - start, old_end)

    def new_place(self, offset: int) -> int:
        """Return the offset in the new text of the character at ``offset`` in the old one."""
        for start, end, old_start, old_end in reversed(self._changed):
            if old_end <= offset:
                return offset - old_end + end
            if old_start <= offset:
                return start
        return offset

    def span(self, span: Span) -> Span:
        """Return the span in the old text of what is at ``span`` in the new one."""
        start = self._place(span.start, False)
        if span.end == span.start:
            return Span(start, start)
        return Span(start, max(start, self._place(span.end, True)))

    def fix(self, fix: Fix) -> Fix | None:
        """Return ``fix`` with spans in the old text; ``None`` if it is about what was put in."""
        edits: list[Edit] = []
        for one in fix.edits:
            low, high = one.span.start, one.span.end
            if any(start <= high and low <= end for start, end, _, _ in self._near(low, high)):
                return None
            edits.append(Edit(self.span(one.span), one.text))
        return Fix(fix.title, tuple(edits), fix.safe)

    def _near(self, low: int, high: int) -> Iterable[tuple[int, int, int, int]]:
        first = max(bisect_right(self._starts, low) - 1, 0)
        return self._changed[first : bisect_right(self._starts, high)]

    def node(self, node: T) -> T:
        """Return a syntax tree with spans in the old text.

        Without recursion: the bodies of a faulty text may nest very deeply.
        """
        order: list[Any] = [node]
        for value in order:
            if isinstance(value, tuple):
                order.extend(value)
            elif _is_node(value):
                order.extend(getattr(value, f.name) for f in fields(value))
        made: dict[int, Any] = {}
        for value in reversed(order):  # the parts of a node before the node
            made[id(value)] = self._remade(value, made)
        return made[id(node)]  # type: ignore[no-any-return]

    def _remade(self, value: Any, made: dict[int, Any]) -> Any:
        if isinstance(value, Span):
            return self.span(value)
        if isinstance(value, tuple):
            return tuple(made[id(part)] for part in value)
        if _is_node(value):
            parts = {f.name: made[id(getattr(value, f.name))] for f in fields(value)}
            return replace(value, **parts)
        return value


def _is_node(value: object) -> bool:
    return is_dataclass(value) and not isinstance(value, (type, Span))
