"""Tables of the page: iterations, values, times."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ...text.plural import count
from ..history import History, IterationRecord, State
from ..humanize import format_duration, format_jobs, format_value
from .markup import address, heading, link, note, row_heading, sign, table, text
from .series import Series
from .times import count_jobs, iteration_seconds, state_of, task_times

_CELLS, MOST_ROWS, _FEWEST_ROWS = 3200, 200, 30
MOST_COLUMNS = 36
_MOST_LINKS = 500
_MOST_BARS = 24
_LEARNS = ' class="learns"'
_LONG = 26
"""Characters of a value in a table."""


class Row(NamedTuple):
    """A row: an iteration, or the first and last number of those left out."""

    iteration: IterationRecord | None
    gap: tuple[int, int] = (0, 0)


def choose_rows(iterations: Sequence[IterationRecord], most: int) -> list[Row]:
    """Return the rows of a table of at most ``most`` iterations and what lies between.

    The first, the last, and those in which something failed, of which the last come first.
    """
    total = len(iterations)
    if total <= most:
        return [Row(iteration) for iteration in iterations]
    edge = max(most * 2 // 5, 1)
    chosen = {*range(edge), *range(total - edge, total)}
    for i in reversed(range(edge, total - edge)):
        if len(chosen) == most:
            break
        if state_of(iterations[i].tasks) in (State.FAILED, State.PARTLY, State.CANCELLED):
            chosen.add(i)
    for i in range(edge, total - edge):  # what is left goes to the first
        if len(chosen) == most:
            break
        chosen.add(i)
    found: list[Row] = []
    before = -1
    for i in sorted(chosen):
        if i > before + 1:
            found.append(Row(None, (iterations[before + 1].number, iterations[i - 1].number)))
        found.append(Row(iterations[i]))
        before = i
    return found


class Columns(NamedTuple):
    """The columns of values."""

    parameters: tuple[str, ...]
    fields: tuple[str, ...]
    left_out: int


def columns(history: History, most: int) -> Columns:
    """Return at most ``most`` columns, some parameters and some fields."""
    parameters, fields = history.parameters, history.fields
    if len(parameters) + len(fields) <= most:
        return Columns(parameters, fields, 0)
    n = max(min(len(parameters), most - min(len(fields), most // 2)), 0)
    m = most - n
    return Columns(parameters[:n], fields[:m], len(parameters) + len(fields) - n - m)


def render_iterations(history: History, folder: Path) -> str:
    """Return the table of iterations."""
    shown = columns(history, MOST_COLUMNS)
    width = len(shown.parameters) + len(shown.fields) + 4
    most = max(_FEWEST_ROWS, min(MOST_ROWS, _CELLS // width))
    chosen = choose_rows(history.iterations, most)
    tasks = max((len(i.tasks) for i in history.iterations), default=0)
    with_links = tasks * min(most, len(history.iterations)) <= _MOST_LINKS
    names = (*shown.parameters, *shown.fields)
    head = heading("Iteration" if history.has_loop else "Run")
    head += "".join(heading(text(format_value(name, _LONG))) for name in names)
    head += heading("Jobs") + heading("Time") + heading("Tasks", left=True)
    body = "\n".join(
        _gap(row, width)
        if row.iteration is None
        else _row(row.iteration, shown, folder, with_links)
        for row in chosen
    )
    notes = []
    if shown.left_out:
        notes.append(f"{count(shown.left_out, 'column')} left out")
    if any(row.iteration is None for row in chosen):
        kept = sum(row.iteration is not None for row in chosen)
        notes.append(f"{kept:,} of {len(history.iterations):,} iterations are shown")
    made = table("Values, results, jobs and time of each iteration", head, body)
    return made + (note(f"{text('; '.join(notes))}; {link_all_data()}.") if notes else "")


def link_all_data() -> str:
    """Return where all data are, as HTML."""
    return 'all are in <a href="history.csv">history.csv</a>'


def _gap(row: Row, width: int) -> str:
    first, last = row.gap
    which = f"iteration {first:,}" if first == last else f"iterations {first:,} to {last:,}"
    return f'<tr class="gap"><td colspan="{width}">{which} left out</td></tr>'


def _row(iteration: IterationRecord, shown: Columns, folder: Path, with_links: bool) -> str:
    result = iteration.result
    given = [iteration.values.get(name) for name in shown.parameters]
    given += [result.get(name) for name in shown.fields]
    cells = "".join(f"<td>{text(format_value(v, _LONG))}</td>" for v in given)
    all_, done, failed = count_jobs(iteration.tasks)
    told = text(format_jobs(done, failed, all_, ""))
    bad = ' class="bad"' if failed else ""
    return (
        f"<tr>{row_heading(f'{iteration.number:,}')}{cells}<td{bad}>{told}</td>"
        f"<td>{format_duration(iteration_seconds(iteration))}</td>"
        f'<td class="l tasks">{_tasks(iteration, folder, with_links)}</td></tr>'
    )


def _tasks(iteration: IterationRecord, folder: Path, with_links: bool) -> str:
    if with_links:
        return "".join(
            f'<a href="{address(t.directory, folder)}" title="{t.state.value}">'
            f"{sign(t.state)} {text(format_value(t.name, _LONG))}</a>"
            for t in iteration.tasks
        )
    worst = state_of(iteration.tasks)
    shown = f"{sign(worst)} {worst.value}"
    if not iteration.tasks:
        return f"<span>{shown}</span>"
    named = next(t for t in iteration.tasks if t.state is worst)
    return link(named.directory, folder, shown)


def render_values(history: History) -> str:
    """Return the values of the only iteration, parameters and fields below each other."""
    iteration = history.iterations[-1]
    known = {**iteration.values, **iteration.result}
    shown = list(known.items())[:MOST_COLUMNS]
    body = "".join(
        f"<tr>{row_heading(text(format_value(name, _LONG)), left=True)}"
        f"<td>{text(format_value(v)) or '–'}</td>"
        f'<td class="l pale">{"result" if name not in iteration.values else "parameter"}</td></tr>'
        for name, v in shown
    )
    head = heading("Name", left=True) + heading("Value") + heading("Kind", left=True)
    return table("Parameters and results", head, body) + _rest(len(known) - len(shown), "value")


def _rest(left_out: int, what: str) -> str:
    return note(f"{count(left_out, what)} left out; {link_all_data()}.") if left_out else ""


def render_first_and_last(series: Sequence[Series]) -> str:
    """Return the table of first and last values."""
    shown = series[:_MOST_BARS]
    proposed = any(s.proposed is not None for s in shown)
    body = "".join(
        f"<tr>{row_heading(text(format_value(s.name, _LONG)), left=True)}"
        f"<td>{_or_none(s, s.values[0])}</td><td><b>{_or_none(s, _last(s))}</b></td>"
        + (f"<td>{_or_none(s, s.proposed)}</td>" if proposed else "")
        + "</tr>"
        for s in shown
    )
    head = heading("Name", left=True) + heading("First") + heading("Last")
    head += heading("Next") if proposed else ""
    return table("First and last values", head, body) + _rest(len(series) - len(shown), "value")


def _or_none(series: Series, given: object) -> str:
    return text(series.words(given)) or "–"


def _last(series: Series) -> object:
    return next((v for v in reversed(series.values) if v is not None), None)


def render_times(history: History) -> str:
    """Return the bars of the time per task."""
    known = task_times(history)
    shown = known
    if len(known) > _MOST_BARS:
        longest = sorted(known, key=lambda t: t.seconds, reverse=True)[:_MOST_BARS]
        shown = [t for t in known if t in longest]
    greatest = max((t.seconds for t in known), default=0) or 1
    several = len(history.iterations) > 1
    body = "".join(
        f"<tr>{row_heading(text(format_value(t.name, _LONG)), left=True)}"
        f'<td class="bar"><div{_LEARNS if t.is_learner else ""} '
        f'style="width:{t.seconds / greatest:.1%}"></div></td>'
        f"<td>{format_duration(t.seconds) if t.runs else '–'}</td>"
        + (f"<td>{format_duration(t.seconds / t.runs) if t.runs else '–'}</td>" if several else "")
        + f"<td>{t.jobs:,}</td></tr>"
        for t in shown
    )
    head = heading("Task", left=True) + "<td></td>" + heading("Total")
    head += heading("Mean") if several else ""
    made = table("Time per task, all iterations together", head + heading("Jobs"), body, "bars")
    left_out = len(known) - len(shown)
    return made + (note(f"{count(left_out, 'quicker task')} left out.") if left_out else "")
