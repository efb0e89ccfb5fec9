"""A text that is edited, and spans that move along with it.

A marker is a place in a text, like those of Emacs: what is put in or taken out before it moves it.
A :class:`TrackedSpan` lies between two markers, or at a distance from one, so that its offsets are
those of the current text, however much was edited before it.  One marker serves for all spans of an
item of a program, since an item that is edited is read again, and gets a new one.
"""

from __future__ import annotations

from .source import Source, Span


class Marker:
    """A place in a text that is edited.

    :param at: its offset in the current text.
    """

    __slots__ = ("at",)

    def __init__(self, at: int) -> None:
        self.at = at


class TrackedSpan(Span):
    """A span of the current text; for as long as its markers are in use."""

    __slots__ = ("_after", "_before", "_first", "_last")
    __setattr__ = object.__setattr__  # faster than in a frozen class, which sets its fields so

    def __init__(self, first: Marker, before: int, last: Marker, after: int) -> None:
        self._first, self._before = first, before
        self._last, self._after = last, after

    @property
    def start(self) -> int:
        """The offset of its first character."""
        return self._first.at + self._before

    @property
    def end(self) -> int:
        """The offset after its last character."""
        return self._last.at + self._after

    def to(self, other: Span) -> Span:
        """Return the span from the start of this one to the end of ``other``."""
        if isinstance(other, TrackedSpan):
            return TrackedSpan(self._first, self._before, other._last, other._after)
        return Span(self.start, other.end)

    def part(self, start: int, end: int) -> Span:
        """Return a part, by offsets from the start of this one."""
        return TrackedSpan(self._first, self._before + start, self._first, self._before + end)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and self.start == other.start and self.end == other.end

    def __lt__(self, other: Span) -> bool:
        return (self.start, self.end) < (other.start, other.end)

    def __gt__(self, other: Span) -> bool:
        return (self.start, self.end) > (other.start, other.end)

    def __hash__(self) -> int:
        return hash((self.start, self.end))

    def __repr__(self) -> str:
        return f"Span(start={self.start}, end={self.end})"


class TrackedSource(Source):
    """A source that is edited."""

    __slots__ = ("_markers",)

    def __init__(self, name: str, text: str) -> None:
        super().__init__(name, text)
        self._markers: list[Marker] = []

    def marker(self, offset: int) -> Marker:
        """Return a new marker at ``offset``."""
        marker = Marker(offset)
        self._markers.append(marker)
        return marker

    def track(self, span: Span) -> Span:
        """Return ``span`` with a marker of its own."""
        marker = self.marker(span.start)
        return TrackedSpan(marker, 0, marker, span.end - span.start)

    def update(self, text: str) -> None:
        """Take the text after an edit."""
        self.text = text
        self._lines = None

    def move(self, start: int, end: int, more: int) -> None:
        """Move the markers after an edit.

        :param start: with ``end``, what was replaced in the text before: its markers are not used
            any more.
        :param more: how much longer the text became.
        """
        markers = [marker for marker in self._markers if not start <= marker.at < end]
        for marker in markers:
            if marker.at >= end:
                marker.at += more
        self._markers = markers
