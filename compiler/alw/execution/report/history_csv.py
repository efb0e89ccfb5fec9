"""The history as CSV: a row for each iteration."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from ..history import History, IterationRecord
from ..humanize import format_json
from .times import count_jobs, elapsed, iteration_seconds, state_of

#: The columns that every history has.
_OWN = ("iteration", "state", "seconds", "jobs", "jobs_done", "jobs_failed")


def render_history_csv(history: History) -> str:
    """Return the history as CSV, as RFC 4180 has it but for ends of lines, with a heading.

    Columns: the number of the iteration; the parameters, by their names; the result fields, as
    ``learner.field``; state, seconds and jobs of the iteration; the seconds of each task, as
    ``task:seconds``.  A parameter with the name of another column gets ``parameter:`` in front.
    What is not known is empty; lists are JSON.  Numbers are exact.
    """
    tasks = list(dict.fromkeys(task.name for i in history.iterations for task in i.tasks))
    own = list(_OWN)
    named = [f"parameter:{name}" if name in own else name for name in history.parameters]
    times = (f"{name}:seconds" for name in tasks)
    rows: list[Iterable[str]] = [[own[0], *named, *history.fields, *own[1:], *times]]
    rows += [map(_cell, _row(history, iteration, tasks)) for iteration in history.iterations]
    return "".join(map(_line, rows))


def _line(cells: Iterable[str]) -> str:
    # With a \r in the line's end the writer puts quotes around texts that have one.
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().removesuffix("\r\n") + "\n"


def _row(history: History, iteration: IterationRecord, tasks: Iterable[str]) -> Iterator[object]:
    result = iteration.result
    yield iteration.number
    yield from (iteration.values.get(name) for name in history.parameters)
    yield from (result.get(name) for name in history.fields)
    yield state_of(iteration.tasks).value
    yield _round_seconds(iteration_seconds(iteration))
    yield from count_jobs(iteration.tasks)
    known = {task.name: elapsed(task.started, task.ended) for task in iteration.tasks}
    yield from (_round_seconds(known.get(name)) for name in tasks)


def _round_seconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return repr(value)
        case str():
            return value
        case _:
            return format_json(value)
