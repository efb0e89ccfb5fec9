"""Diagnostics as people read them: the format ``text``.

Knows nothing of what the compiler checks: a diagnostic is a place, a message, further
places with theirs, and help.  One whose span is empty and at the start is about the file
as a whole, and shows none of its text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ...text.display import clean, excerpt

if TYPE_CHECKING:
    from ...diagnostics.diagnostic import Diagnostic
    from ...text.source import Source, Span

#: Of severities.
COLOURS = {"error": "red", "warning": "yellow"}
_FRAME: dict[str, Any] = {"fg": "blue", "bold": True}
#: Longest part of a line looked at in search of its end.
_FAR = 10_000


def as_text(diagnostics: Sequence[Diagnostic], colour: bool = False, columns: int = 100) -> str:
    """Return each diagnostic with its lines, separated by empty lines.

    :param columns: how wide the terminal is; longer lines are shown in part.
    """
    return "\n\n".join(_Text(d, colour, columns).render() for d in diagnostics)


Style = Callable[..., str]


def make_styler(colour: bool) -> Style:
    """Return a function that colours a text, or leaves it as it is."""
    return click.style if colour else lambda text, **_: str(text)


class _Mark(NamedTuple):
    """An underlined part of the line ``[low, high)``; ``label`` follows the underline."""

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
        self._style = make_styler(colour)
        self._severity: dict[str, Any] = {"fg": COLOURS[diagnostic.severity], "bold": True}
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
        rows += self._notes()
        return "\n".join(row.rstrip() for row in rows)

    def _notes(self) -> Iterator[str]:
        d = self._diagnostic
        safe = d.fix is not None and d.fix.safe
        notes = [("help", d.help), ("fix" if safe else "help", _fix(d))]
        shown = [(title, _message_lines(text)) for title, text in notes if text]
        if shown and any(lines for _, _, lines in self._places):
            yield self._frame()
        margin = " " * (self._gutter + 1)
        for title, (first, *more) in shown:
            styled = self._style(f"{title}:", fg="cyan", bold=True)
            yield f"{margin}{self._style('=', **_FRAME)} {styled} {first}"
            for line in more:
                yield f"{margin}  {' ' * len(title)}  {line}"

    # Content

    def _gather(self) -> list[_Place]:
        d = self._diagnostic
        found: dict[int, _Place] = {}
        labels = [(d.source, d.span, "", True)]
        labels += [(label.source, label.span, label.message, False) for label in d.related]
        for source, span, message, primary in labels:
            start, end = clip_span(source, span)
            place = found.setdefault(id(source), _Place(source, start, {}))
            if not source.text or (primary and span.start == span.end == 0):
                continue
            for line, mark in _marks(source, start, end, message, primary):
                place.lines.setdefault(line, []).append(mark)
        return list(found.values())

    # Layout

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


def _fix(d: Diagnostic) -> str:
    """Return the title of the fix; nothing for a guess that the help spells out already."""
    if d.fix is None:
        return ""
    if d.fix.safe:
        return f"{d.fix.title} (alw check --fix)"
    told = d.help and all(edit.text.strip() in d.help for edit in d.fix.edits)
    return "" if told else d.fix.title


def _message_lines(message: str) -> list[str]:
    return [clean(line.rstrip()) for line in message.split("\n")]


def clip_span(source: Source, span: Span) -> tuple[int, int]:
    """Return the start and end of ``span``, within the text."""
    length = len(source.text)
    start = min(max(span.start, 0), length)
    return start, min(max(span.end, start), length)


def _line_end(text: str, low: int, at: int) -> int:
    """Return the end of the line that starts at ``low`` and holds ``at``, without its line end."""
    high = text.find("\n", at, at + _FAR)
    if high == -1:
        high = min(at + _FAR, len(text))
    while high > low and text[high - 1] == "\r":
        high -= 1
    return high


def _marks(
    source: Source, start: int, end: int, label: str, primary: bool
) -> Iterator[tuple[int, _Mark]]:
    """Yield the lines that show ``[start, end)``: up to three, or the first and last of many."""
    first = source.position(start).line
    last = source.position(max(start, end - 1)).line
    middle = [first + 1] if last == first + 2 else []
    for number in dict.fromkeys((first, *middle, last)):
        low = source.start_of(number)
        begin = start if number == first else _skip_blanks(source.text, low)
        high = _line_end(source.text, low, begin)
        begin, after = min(begin, high), min(end, high)
        says = label if number == last else ""
        yield number, _Mark(low, high, begin, max(begin, after), says, primary)


def _skip_blanks(text: str, low: int) -> int:
    at, stop = low, min(low + _FAR, len(text))
    while at < stop and text[at] in " \t":
        at += 1
    return at
