"""Diagnostics as people and programs read them.

Knows nothing of what the compiler checks: a diagnostic is a place, a message, further
places with theirs, and help.  One whose span is empty and at the start is about the file
as a whole, and shows none of its text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from .display import clean, excerpt

if TYPE_CHECKING:
    from ..diagnostics import Diagnostic
    from ..source import Source, Span

_COLOURS = {"error": "red", "warning": "yellow"}
_FRAME: dict[str, Any] = {"fg": "blue", "bold": True}
#: Longest part of a line looked at in search of its end.
_FAR = 10_000


def summary(diagnostics: Sequence[Diagnostic], files: int) -> str:
    """How many problems there are, in words."""
    if not diagnostics:
        return f"no problems in {counted(files, 'file')}"
    severities = [d.severity for d in diagnostics]
    counts = [(severities.count(s), s) for s in ("error", "warning")]
    return ", ".join(counted(number, severity) for number, severity in counts if number)


def counted(number: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def as_json(diagnostics: Sequence[Diagnostic]) -> str:
    """The object of ``schemas/diagnostics.schema.json``, in ASCII."""
    return json.dumps({"diagnostics": [d.to_json() for d in diagnostics]}, indent=2)


def as_concise(diagnostics: Sequence[Diagnostic], colour: bool = False) -> str:
    """One line for each diagnostic: ``file:line:column: error[CODE] name: message``."""
    style = _styler(colour)
    lines = []
    for d in diagnostics:
        start, _ = _within(d.source, d.span)
        at = d.source.position(start)
        place = f"{clean(d.source.name)}:{at.line}:{at.column}:"
        title = style(f"{d.severity}[{d.code}]", fg=_COLOURS[d.severity], bold=True)
        lines.append(f"{place} {title} {d.name}: {clean(' '.join(d.message.split()))}")
    return "\n".join(lines)


def as_text(diagnostics: Sequence[Diagnostic], colour: bool = False, columns: int = 100) -> str:
    """Each diagnostic with the lines it is about, separated by empty lines.

    :param columns: how wide the terminal is; longer lines are shown in part.
    """
    return "\n\n".join(_Text(d, colour, columns).render() for d in diagnostics)


Style = Callable[..., str]


def _styler(colour: bool) -> Style:
    return click.style if colour else lambda text, **_: str(text)


class _Mark(NamedTuple):
    """A part of the line ``[low, high)``, underlined; ``label`` stands behind the underline."""

    low: int
    high: int
    start: int
    end: int
    label: str
    primary: bool


class _Place(NamedTuple):
    """A source, the offset that its header names, and the marks on each of its lines."""

    source: Source
    start: int
    lines: dict[int, list[_Mark]]


class _Text:
    """One diagnostic as text."""

    def __init__(self, diagnostic: Diagnostic, colour: bool, columns: int) -> None:
        self._diagnostic = diagnostic
        self._style = _styler(colour)
        self._severity: dict[str, Any] = {"fg": _COLOURS[diagnostic.severity], "bold": True}
        self._places = self._gather()
        last = max((max(lines) for _, _, lines in self._places if lines), default=0)
        self._gutter = len(str(last))
        self._columns = max(columns - self._gutter - 4, 20)

    def render(self) -> str:
        d, style = self._diagnostic, self._style
        first, *more = _message_lines(d.message)
        title = style(f"{d.severity}[{d.code}]", **self._severity)
        rows = [f"{title} {style(f'{d.name}:', bold=True)} {style(first, bold=True)}"]
        rows += [f"  {style(line, bold=True)}" for line in more]
        for number, (source, at, lines) in enumerate(self._places):
            if number and self._places[number - 1].lines:
                rows.append(self._frame())
            rows.append(self._header(source, at, "::: " if number else "--> ", bool(lines)))
            if lines:
                rows += self._excerpts(source, lines)
        rows += self._help()
        return "\n".join(row.rstrip() for row in rows)

    def _help(self) -> Iterator[str]:
        lines = _message_lines(self._diagnostic.help)
        if not lines[0] and len(lines) == 1:
            return
        margin = " " * (self._gutter + 1)
        title = self._style("help:", fg="cyan", bold=True)
        if any(lines for _, _, lines in self._places):
            yield self._frame()
        yield f"{margin}{self._style('=', **_FRAME)} {title} {lines[0]}"
        for line in lines[1:]:
            yield f"{margin}  {' ' * len('help:')} {line}"

    # What there is to show

    def _gather(self) -> list[_Place]:
        d = self._diagnostic
        found: dict[int, _Place] = {}
        labels = [(d.source, d.span, "", True)]
        labels += [(label.source, label.span, label.message, False) for label in d.related]
        for source, span, message, primary in labels:
            start, end = _within(source, span)
            place = found.setdefault(id(source), _Place(source, start, {}))
            if not source.text or (primary and span.start == span.end == 0):
                continue
            for line, mark in _marks(source, start, end, message, primary):
                place.lines.setdefault(line, []).append(mark)
        return list(found.values())

    # How it looks

    def _frame(self, number: int | None = None) -> str:
        shown = "" if number is None else str(number)
        return self._style(f"{shown:>{self._gutter}} |", **_FRAME)

    def _header(self, source: Source, offset: int, arrow: str, with_line: bool) -> str:
        place = clean(source.name)
        if with_line:
            at = source.position(offset)
            place = f"{place}:{at.line}:{at.column}"
        return " " * self._gutter + self._style(arrow, **_FRAME) + place

    def _excerpts(self, source: Source, lines: Mapping[int, list[_Mark]]) -> Iterator[str]:
        yield self._frame()
        before = 0
        for number in sorted(lines):
            if before and number == before + 2:
                low = source.start_of(before + 1)
                high = _line_end(source.text, low, low)
                between = excerpt(source.text, (low, high), (low, low), self._columns)
                yield f"{self._frame(before + 1)} {between.text}"
            elif before and number > before + 2:
                yield self._style("...", **_FRAME)
            before = number
            shown = None
            for mark in lines[number]:
                text, underline = self._line(source, mark)
                if text != shown:  # a long line is shown once around each of its marks
                    shown = text
                    yield f"{self._frame(number)} {text}"
                yield f"{self._frame()} {underline}"

    def _line(self, source: Source, mark: _Mark) -> tuple[str, str]:
        line, marked = (mark.low, mark.high), (mark.start, mark.end)
        part = excerpt(source.text, line, marked, self._columns)
        style = self._severity if mark.primary else _FRAME
        label = " ".join(_message_lines(mark.label))
        under = ("^" if mark.primary else "-") * part.width + (f" {label}" if label else "")
        return part.text, " " * part.indent + self._style(under, **style)


def _message_lines(message: str) -> list[str]:
    return [clean(line.rstrip()) for line in message.split("\n")]


def _within(source: Source, span: Span) -> tuple[int, int]:
    """The span, inside of the text."""
    length = len(source.text)
    start = min(max(span.start, 0), length)
    return start, min(max(span.end, start), length)


def _line_end(text: str, low: int, at: int) -> int:
    """The end of the line that starts at ``low`` and holds ``at``, without its line end."""
    high = text.find("\n", at, at + _FAR)
    if high == -1:
        high = min(at + _FAR, len(text))
    while high > low and text[high - 1] == "\r":
        high -= 1
    return high


def _marks(
    source: Source, start: int, end: int, label: str, primary: bool
) -> Iterator[tuple[int, _Mark]]:
    """The lines that show ``[start, end)``: up to three, or the first and last of many."""
    first = source.position(start).line
    last = source.position(max(start, end - 1)).line
    middle = [first + 1] if last == first + 2 else []
    for number in dict.fromkeys((first, *middle, last)):
        low = source.start_of(number)
        begin = start if number == first else _skip_blanks(source.text, low)
        high = _line_end(source.text, low, begin)
        begin, behind = min(begin, high), min(end, high)
        says = label if number == last else ""
        yield number, _Mark(low, high, begin, max(begin, behind), says, primary)


def _skip_blanks(text: str, low: int) -> int:
    at, stop = low, min(low + _FAR, len(text))
    while at < stop and text[at] in " \t":
        at += 1
    return at
