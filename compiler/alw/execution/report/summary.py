"""A run on the terminal: verdict, curves, iterations, time per task, failures."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import islice

import click

from ...drawing.labels import shorten
from ...text.display import escape_unprintable
from ...text.plural import count
from ..history import History, JobRecord, State, TaskRecord
from ..humanize import (
    HEADLINES,
    LOOKS,
    elapsed_seconds,
    format_duration,
    format_failure,
    format_jobs,
    format_progress,
    format_value,
    format_verdict,
)
from ..logs import find_log_tail
from .grid import DISPENSABLE, Column, columns_of, lay_out_table, pad
from .page_tables import Row, choose_rows
from .series import Role, Series, SeriesKind, duration_series, field_series, parameter_series
from .sparks import draw_spark
from .times import count_jobs, every_task, iteration_seconds, list_failures, task_times

_COLOURS = {
    State.FINISHED: "green", State.FAILED: "red", State.PARTLY: "yellow", State.RUNNING: "blue",
    State.WAITING: "", State.CANCELLED: "yellow",
}  # fmt: skip
_MOST_ROWS, _MOST_CURVES, _MOST_TASKS, _MOST_FAILURES, _TAIL = 12, 16, 12, 3, 5
_LONGEST_CURVE, _SHORTEST_CURVE, _LONG = 60, 20, 20
_SIGNS = "▁█…"
"""The characters that the encoding of the output must have, or it is ASCII."""


def render_summary(
    history: History,
    width: int = 100,
    colour: bool = False,
    encoding: str = "utf-8",
    now: float | None = None,
) -> str:
    """Return what there is to say about ``history``, in lines of at most ``width`` columns.

    :param colour: whether the terminal shows colours.
    :param encoding: of the output; what it lacks is written in ASCII.
    :param now: seconds since the epoch, for a run that goes on; by default those of the clock.
    """
    shown = _Summary(history, max(width, 30), colour, _can_encode(encoding, _SIGNS), now)
    text = "\n".join(shown.lines())
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _can_encode(encoding: str, characters: str) -> bool:
    try:
        characters.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


class _Summary:
    """A summary, being made."""

    def __init__(
        self, history: History, width: int, colour: bool, unicode: bool, now: float | None
    ) -> None:
        self._history = history
        self._width = width
        self._colour = colour
        self._unicode = unicode
        self._now = time.time() if now is None else now

    def lines(self) -> Iterator[str]:
        parts = (self._head(), self._failures(), self._curves(), self._table(), self._times())
        for number, part in enumerate(parts):
            lines = list(part)
            if lines and number:
                yield ""
            yield from lines

    def _style(self, text: str, colour: str = "", bold: bool = False, dim: bool = False) -> str:
        if not self._colour:
            return text
        return click.style(text, fg=colour or None, bold=bold or None, dim=dim or None)

    def _cut(self, text: str, room: int | None = None) -> str:
        """Return ``text`` in the columns there are."""
        room = self._width if room is None else room
        mark = "…" if self._unicode else "..."
        if columns_of(text) <= room:
            return text
        while text and columns_of(text) + len(mark) > room:
            text = text[:-1]
        return text + mark

    def _wrap(self, text: str) -> Iterator[str]:
        line = ""
        for word in text.split():
            if line and columns_of(line) + 1 + columns_of(word) > self._width:
                yield line
                line = ""
            line = f"{line} {word}" if line else self._cut(word)
        if line:
            yield line

    # Parts

    def _head(self) -> Iterator[str]:
        history = self._history
        headline = HEADLINES[history.end]
        name = self._cut(format_value(history.workflow, 200), self._width - len(headline) - 2)
        shown = self._style(headline, _COLOURS[LOOKS[history.end]], bold=True)
        yield f"{self._style(name, bold=True)}: {shown}"
        yield from self._wrap(format_verdict(history))
        if history.limits:
            for line in self._wrap(f"A short run: {format_value(history.limits, 400)}"):
                yield self._style(line, "yellow")
        all_, done, failed = count_jobs(every_task(history))
        facts = [
            format_jobs(done, failed, all_),
            format_duration(elapsed_seconds(history, self._now)),
        ]
        if history.has_loop:
            made = format_progress(history)
            facts.insert(0, f"{made} iteration{'' if made == '1' else 's'}")
        yield from self._wrap(", ".join(fact for fact in facts if fact))

    def _failures(self) -> Iterator[str]:
        found = list(islice(list_failures(self._history), _MOST_FAILURES))
        failed = count_jobs(every_task(self._history)).failed
        for number, (task, job) in enumerate(found):
            if number:
                yield ""
            yield from self._failure(task, job)
        if failed > len(found) > 0:
            yield self._style(f"{count(failed - len(found), 'more job')} failed", dim=True)

    def _failure(self, task: TaskRecord, job: JobRecord | None) -> Iterator[str]:
        where = format_value(task.name, 60)
        if self._history.has_loop:
            where += f", iteration {task.iteration:,}"
        if job is not None:
            where += f", job {job.serial:,} of {task.jobs:,}"
        why = format_failure(job) if job is not None else escape_unprintable(task.reason)
        where += f": {why}" if why else ""
        yield from (self._style(line, "red", bold=True) for line in self._wrap(where))
        if task.values:
            given = ", ".join(
                f"{format_value(k, 60)} = {format_value(v, 40)}" for k, v in task.values.items()
            )
            yield self._cut(f"  {given}")
        if task.line:
            yield self._cut(f"  --> {format_value(self._history.source, 200)}:{task.line}")
        if job is None:
            yield f"  log: {format_value(str(task.directory), 1000)}"
            return
        log, end = find_log_tail(job.directory)
        for line in end[-_TAIL:]:
            yield self._style(self._cut(f"  | {format_value(line.expandtabs(4), 1000)}"), dim=True)
        # whole, for it is to be copied
        yield f"  log: {format_value(str(job.directory / (log or '.')), 1000)}"

    def _curves(self) -> Iterator[str]:
        history = self._history
        every = [*parameter_series(history), *field_series(history)]
        if len(history.iterations) < 2:
            yield from self._values(every)
            return
        shown = every[:_MOST_CURVES]
        if any(v is not None for v in duration_series(history).values):
            shown.append(duration_series(history))
        columns = [[self._name(s) for s in shown]]
        columns += [[s.words(s.values[0], _LONG) or "-" for s in shown]]
        columns += [[self._end(s, with_next=True) for s in shown]]
        room = self._room(columns)
        if room < _SHORTEST_CURVE:
            columns[2] = [self._end(s, with_next=False) for s in shown]
            room = self._room(columns)
        if room < 4:
            columns[1] = [""] * len(shown)
            room = self._room(columns)
        room = max(min(room, _LONGEST_CURVE), 4)
        wide = [max(map(columns_of, column), default=0) for column in columns]
        for series, name, first, last in zip(shown, *columns, strict=True):
            curve = (
                draw_spark(series, room, self._unicode)
                if series.kind is not SeriesKind.TEXTS
                else ""
            )
            before = [pad(name, wide[0], True), *([pad(first, wide[1], False)] * bool(first))]
            begin = "  ".join(before)
            end = self._cut(last, max(self._width - columns_of(f"{begin}{curve}") - 4, 4))
            colour = {Role.PARAMETER: "cyan", Role.RESULT: "magenta"}.get(series.role, "")
            yield f"{begin}  {self._style(curve, colour)}  {end}".rstrip()
        yield from self._more(len(every) - _MOST_CURVES)

    def _room(self, columns: Sequence[Sequence[str]]) -> int:
        """Return the room for curves between ``columns``."""
        wide = [max(map(columns_of, column), default=0) for column in columns]
        return self._width - sum(wide) - 2 * sum(map(bool, wide))

    def _values(self, every: list[Series]) -> Iterator[str]:
        """Yield the values of the only iteration."""
        shown = every[:_MOST_CURVES]
        width = max((columns_of(self._name(s)) for s in shown), default=0)
        for series in shown:
            name = pad(self._name(series), width, True)
            yield self._cut(f"{name}  {format_value(series.values[-1], 200)}")
        yield from self._more(len(every) - len(shown))

    def _more(self, left_out: int) -> Iterator[str]:
        if left_out > 0:
            yield self._style(f"{count(left_out, 'more value')}: see the report", dim=True)

    def _name(self, series: Series) -> str:
        return format_value(series.name, 28) if self._width >= 60 else format_value(series.name, 14)

    def _last(self, series: Series) -> object:
        return next((v for v in reversed(series.values) if v is not None), None)

    def _end(self, series: Series, with_next: bool) -> str:
        """Return the text after the curve: the last value."""
        last = series.words(self._last(series), _LONG) or "-"
        if with_next and series.proposed is not None:
            last += f", next {series.words(series.proposed, _LONG)}"
        return (
            f"{last} (log)" if series.is_logarithmic and series.kind is SeriesKind.NUMBERS else last
        )

    def _table(self) -> Iterator[str]:
        history = self._history
        if len(history.iterations) < 2:
            return
        chosen = choose_rows(history.iterations, _MOST_ROWS)
        made = lay_out_table([*self._columns(chosen)], self._width)
        yield self._style(made.lines[0], dim=True)
        for row, line in zip(chosen, made.lines[1:], strict=True):
            bad = row.iteration is not None and count_jobs(row.iteration.tasks).failed
            yield self._style(line, "red") if bad else line
        if made.left_out:
            known = ", ".join(made.left_out)
            left_out = f"no room for {known}: see history.csv"
            yield from (self._style(line, dim=True) for line in self._wrap(left_out))

    def _columns(self, chosen: list[Row]) -> Iterator[Column]:
        history = self._history
        gap = "…" if self._unicode else "..."

        def cells(of: dict[int, str]) -> list[str]:
            return [gap if row.iteration is None else of[row.iteration.number] for row in chosen]

        shown = [row.iteration for row in chosen if row.iteration is not None]
        yield Column("iteration", cells({i.number: f"{i.number:,}" for i in shown}))
        for series in parameter_series(history):
            heading, key = format_value(series.name, _LONG), series.name
            given = {i.number: format_value(i.values.get(key), _LONG) for i in shown}
            yield Column(heading, cells(given), weight=1)
        repeated = {series.source for series in parameter_series(history)}
        for key in history.fields:
            given = {i.number: format_value(i.result.get(key), _LONG) for i in shown}
            # those that are repeated are the parameters of the next row
            weight = DISPENSABLE if key in repeated else 2
            yield Column(format_value(key, _LONG), cells(given), weight=weight)
        told = {
            i.number: format_jobs(c.done, c.failed, c.all, "")
            for i in shown
            for c in [count_jobs(i.tasks)]
        }
        yield Column("jobs", cells(told))
        yield Column(
            "time", cells({i.number: format_duration(iteration_seconds(i)) for i in shown})
        )

    def _times(self) -> Iterator[str]:
        times = [time for time in task_times(self._history) if time.runs]
        if not times:
            return
        longest = sorted(times, key=lambda t: t.seconds, reverse=True)[:_MOST_TASKS]
        shown = [time for time in times if time in longest]
        longest_name = 28 if self._width >= 60 else 14
        names = [shorten(format_value(time.name), longest_name) for time in shown]
        wide = max(map(columns_of, names))
        told = [format_duration(time.seconds) for time in shown]
        room = max(min(self._width - wide - max(map(len, told)) - 4, _LONGEST_CURVE), 4)
        most = max(time.seconds for time in shown) or 1.0
        sign = "█" if self._unicode else "#"
        for time_, name, seconds_ in zip(shown, names, told, strict=True):
            bar = sign * max(round(time_.seconds / most * room), 1)
            left = pad(name, wide, True)
            yield f"{left}  {self._style(pad(bar, room, True), 'blue')}  {seconds_}"
        if len(times) > len(shown):
            yield self._style(f"{count(len(times) - len(shown), 'more task')}", dim=True)
