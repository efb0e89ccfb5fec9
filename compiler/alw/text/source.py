"""Source text and places in it.

A :class:`Span` is a pair of offsets into one :class:`Source`; lines and columns exist
only at the edge, where a person or an editor reads them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The half-open range ``[start, end)`` of character offsets into a source text."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """Return the span from the start of this one to the end of ``other``."""
        return Span(self.start, other.end)

    def part(self, start: int, end: int) -> Span:
        """Return a part, by offsets from the start of this one."""
        return Span(self.start + start, self.start + end)


@dataclass(frozen=True, slots=True)
class Position:
    """A line and a column, both from 1; columns count characters."""

    line: int
    column: int


class Source:
    """One source text and the name users know it by.

    :param name: path as the user gave it, or ``<stdin>``; shown in diagnostics.
    :param text: the decoded text, line ends as in the file.
    :param mark: the byte order mark before the text in the file, if there is one.
    """

    __slots__ = ("_lines", "mark", "name", "text")

    def __init__(self, name: str, text: str, mark: str = "") -> None:
        self.name = name
        self.text = text
        self.mark = mark
        self._lines: list[int] | None = None

    def with_text(self, text: str) -> Source:
        """Return the same source after a change."""
        return Source(self.name, text, self.mark)

    def content(self) -> str:
        """Return the whole content of the file."""
        return self.mark + self.text

    def _line_starts(self) -> list[int]:
        if self._lines is None:
            starts = [0]
            find = self.text.find
            at = find("\n")
            while at != -1:
                starts.append(at + 1)
                at = find("\n", at + 1)
            self._lines = starts
        return self._lines

    def position(self, offset: int) -> Position:
        """Return the line and column of ``offset``; the end of the text is a valid offset."""
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)

    def start_of(self, number: int) -> int:
        """Return the offset of the start of line ``number`` (from 1), which must exist."""
        return self._line_starts()[number - 1]

    def line(self, number: int) -> str:
        """Return line ``number`` (from 1) without its line end; empty after the last."""
        starts = self._line_starts()
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")


class Unreadable(Exception):
    """A file cannot be read; the message says why."""


class EntryKind(Enum):
    """The kinds of entries of a folder."""

    FILE = "file"
    """A file, or a link to one."""
    FOLDER = "folder"
    LEADS_OUT = "leads out"
    """A link to a file outside of what may be read."""
    LEFT = "left"
    """A link to a folder, which is not followed."""
    BROKEN = "broken"
    """A link to nothing."""
    SPECIAL = "special"
    """A pipe, a socket, a device."""


class Entry(NamedTuple):
    """One name in a folder."""

    name: str
    kind: EntryKind
    size: int = 0
    executable: bool = False


class Folder(Protocol):
    """A folder that a source names.  Paths in it are relative, with slashes."""

    @property
    def name(self) -> str:
        """The name by which users know it."""
        ...

    def entries(self, path: str) -> Iterable[Entry]:
        """Return the entries of it, or of a folder below it; in no order.

        :raises Unreadable: if it cannot be read.
        """
        ...

    def chunks(self, path: str) -> Iterator[bytes]:
        """Return the content of a file in it, piece by piece.

        :raises Unreadable: if it cannot be read.
        """
        ...


class Reader(Protocol):
    """A reader of the files and folders that sources name."""

    def __call__(self, source: Source, path: str) -> Source:
        """Return the file at ``path``, which is relative to the folder of ``source``.

        :raises Unreadable: if it cannot be read, or lies outside of the folder.
        """
        ...

    def folder(self, source: Source, path: str) -> Folder:
        """Return the folder at ``path``, likewise.

        :raises Unreadable: if there is none, or it lies outside of the folder.
        """
        ...


class _Nothing:
    def __call__(self, source: Source, path: str) -> Source:
        raise Unreadable("a source that is not a file cannot name files")

    def folder(self, source: Source, path: str) -> Folder:
        raise Unreadable("a source that is not a file cannot name folders")


nothing: Reader = _Nothing()
"""The reader of nothing: for sources that are no files."""


@dataclass(frozen=True, slots=True)
class Place:
    """A span in a source."""

    source: Source = field(compare=False)
    span: Span
