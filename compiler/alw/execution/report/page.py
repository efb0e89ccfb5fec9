"""One self-contained HTML page of a run, also while it goes on."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from html import escape
from itertools import islice
from pathlib import Path

from ...drawing.chart import Drawing
from ...drawing.labels import shorten
from ...text.plural import count
from ...writing.atomic import replace_file
from ..history import History
from ..humanize import (
    HEADLINES,
    LOOKS,
    elapsed_seconds,
    format_duration,
    format_jobs,
    format_moment,
    format_progress,
    format_state,
    format_verdict,
)
from . import page_tables
from .markup import LOOK, heading, link, note, row_heading, section_head, sign, symbols, table, text
from .page_failures import failures_section
from .plots import PlotGroup, render_plots
from .series import duration_series, field_series, parameter_series
from .state_graph import draw_states
from .times import count_jobs, every_task, task_times

_REFRESH = 5
"""Seconds between two looks of a browser at a page of a run that goes on."""
_MOST_PLOTS = 36
_ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='-9 -9 18 18'>"
    "<path d='M6 0A6 6 0 1 1 2-5.6' fill='none' stroke='{}' stroke-width='3'/></svg>"
)


def write_page(history: History, drawing: Drawing | None, path: Path) -> None:
    """Write the page of ``history`` to ``path``, whole or not at all.

    The parameters are those of :func:`render_page`.

    :raises OSError: if it cannot be written; what was there is unchanged then.
    """
    replace_file(path, render_page(history, drawing, path.parent))


def render_page(
    history: History,
    drawing: Drawing | None = None,
    folder: Path | None = None,
    now: float | None = None,
) -> str:
    """Return the page of ``history``.

    It loads nothing, and a browser runs no script but its own.

    :param drawing: of the source that defines the workflow, with all its workflows or this one.
    :param folder: where the page will lie, for its links; the run's folder if not given.
    :param now: seconds since the epoch, for a run that goes on; by default those of the clock.
    """
    return "\n".join(_Page(history, drawing, folder or history.directory, now).html()) + "\n"


@cache
def _read_own_file(name: str) -> str:
    """Return the text of a file of this package."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8").strip()


class _Page:
    """A page, being made."""

    def __init__(
        self, history: History, drawing: Drawing | None, folder: Path, now: float | None
    ) -> None:
        self._history = history
        self._folder = folder
        self._now = time.time() if now is None else now
        self._drawing = drawing
        self._data: list[dict[str, object]] = []

    def html(self) -> Iterator[str]:
        history = self._history
        body = [*self._sections()]
        yield "<!DOCTYPE html>"
        yield f'<html lang="en"><head><meta charset="utf-8"><title>{self._title()}</title>'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        hashed = b64encode(sha256(_read_own_file("page.js").encode()).digest()).decode()
        policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        policy += f"script-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'"
        yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        if history.end is None:
            yield f'<meta http-equiv="refresh" content="{_REFRESH}">'
        icon = _ICON.format({"finished": "#1a7f37", "failed": "#cf222e"}.get(self._look, "#9a6700"))
        yield f'<link rel="icon" href="data:image/svg+xml,{escape(icon.replace("#", "%23"))}">'
        yield f"<style>\n{_read_own_file('page.css')}\n</style></head><body>"
        yield symbols()
        yield from body
        if self._data:
            data = json.dumps(self._data, separators=(",", ":")).replace("<", "\\u003c")
            yield f'<script type="application/json" id="report-data">{data}</script>'
            yield f"<script>{_read_own_file('page.js')}</script>"
        yield "</body></html>"

    @property
    def _look(self) -> str:
        return LOOK[LOOKS[self._history.end]]

    def _title(self) -> str:
        history = self._history
        return f"{text(HEADLINES[history.end])}: {text(shorten(history.workflow, 80))}"

    def _sections(self) -> Iterator[str]:
        history = self._history
        yield self._header()
        yield "<main>"
        yield from failures_section(history, self._folder)
        if len(history.iterations) > 1:
            yield from self._plots()
        yield from self._workflow()
        if history.iterations and (history.has_loop or len(history.iterations) > 1):
            table = page_tables.render_iterations(history, self._folder)
            yield f'<section class="long">{section_head("Iterations")}{table}</section>'
        elif history.iterations:
            yield f'<section class="long">{section_head("Tasks")}{self._tasks()}</section>'
        yield "</main>"
        yield self._footer()

    def _header(self) -> str:
        history = self._history
        name = f"<h1>{text(shorten(history.workflow, 120))}</h1>"
        headline = f"{sign(LOOKS[history.end])}{HEADLINES[history.end]}"
        limits = text(shorten(history.limits, 400))
        fast = f'<p class="fast"><b>A short run:</b> {limits}</p>' if limits else ""
        facts = "".join(
            f"<div><dt>{name}</dt><dd>{text(fact)}</dd></div>" for name, fact in self._facts()
        )
        why = text(shorten(format_verdict(history), 800))
        return (
            f'<header class="s-{self._look}">{name}'
            f'<p class="verdict" role="status">{headline}</p><p class="why">{why}</p>{fast}'
            f'<dl class="facts">{facts}</dl></header>'
        )

    def _facts(self) -> Iterator[tuple[str, str]]:
        history = self._history
        if history.has_loop:
            yield "Iterations", format_progress(history)
        all_, done, failed = count_jobs(every_task(history))
        if all_:
            yield "Jobs done", format_jobs(done, failed, all_, "")
        yield "Time", format_duration(elapsed_seconds(history, self._now)) or "–"
        if started := format_moment(history.started):
            yield "Started", started
        if history.end is None:
            yield "As of", format_moment(self._now)
        if history.engine_status:
            yield "iDDS says", history.engine_status

    # Plots

    def _plots(self) -> Iterator[str]:
        history = self._history
        series = [*parameter_series(history), *field_series(history)]
        shown = series[:_MOST_PLOTS]
        if sum(v is not None for v in duration_series(history).values) > 1:
            shown.append(duration_series(history))
        if not shown:
            return
        group = PlotGroup(shown, history.iterations[0].number)
        made = render_plots(group)
        self._data.append(made.data)
        where = f"over {count(group.iterations, 'iteration')}; at the right the last value"
        yield (
            f'<section class="plotted">{section_head("Parameters and results", note(where))}'
            f'<div class="plots">{made.html}</div>'
            f"{self._remarks(group, len(series) - min(len(series), _MOST_PLOTS))}</section>"
        )

    def _remarks(self, group: PlotGroup, left_out: int) -> str:
        notes = []
        known = [s for s in group.series if s.source]
        if known:
            which = ", ".join(text(s.name) for s in known[:4]) + (", …" if known[4:] else "")
            proposed = (
                "; the open circle is what it proposes next"
                if any(s.proposed is not None for s in known)
                else ""
            )
            learners = ", ".join(dict.fromkeys(text(s.source.rpartition(".")[0]) for s in known))
            notes.append(f"{learners} gives {which} for the next iteration{proposed}.")
        if group.length > len(group.pointable):
            notes.append(
                f"Every {round(group.length / len(group.pointable))}th value can be pointable at; "
                f"{page_tables.link_all_data()}."
            )
        if left_out:
            notes.append(f"{count(left_out, 'plot')} left out; {page_tables.link_all_data()}.")
        return note(" ".join(notes)) if notes else ""

    # The workflow and its tasks

    def _workflow(self) -> Iterator[str]:
        history = self._history
        drawn = draw_states(history, self._drawing, self._folder, "#report-picture")
        ended = history.end is not None
        states = [f"<li>{sign(state)} {format_state(state, ended)}</li>" for state in drawn.states]
        about = "the last state of each task; a click leads to its logs"
        shown = (
            f"<section>{section_head('Workflow', note(about))}"
            f'<div class="picture" id="report-picture">{drawn.svg}</div>'
            f'<ul class="legend">{"".join(states)}</ul></section>'
        )
        if drawn.is_too_large:
            said = "It has too many tasks for this page; alw graph draws it."
            shown = f"<section>{section_head('Workflow')}{note(said)}</section>"
        timed = any(time.runs for time in task_times(history))
        times = (
            f"{section_head('Time per task')}{page_tables.render_times(history)}" if timed else ""
        )
        if times:
            times = f"<section>{times}</section>"
        series = [*parameter_series(history), *field_series(history)]
        if series and len(history.iterations) == 1:
            times += (
                f"<section>{section_head('Values')}{page_tables.render_values(history)}</section>"
            )
        elif series:
            outcome = page_tables.render_first_and_last(series)
            times += f"<section>{section_head('First and last values')}{outcome}</section>"
        if drawn.svg and times:
            yield f'<div class="two">{shown}<div>{times}</div></div>'
        elif drawn.svg or drawn.is_too_large or times:
            yield (shown if drawn.svg or drawn.is_too_large else "") + times

    def _tasks(self) -> str:
        ended = self._history.end is not None
        body = "".join(
            f"<tr>{row_heading(link(task.directory, self._folder, text(task.name)), left=True)}"
            f'<td class="l">{sign(task.state)} {format_state(task.state, ended)}</td>'
            f"<td>{text(format_jobs(task.jobs_done, task.jobs_failed, task.jobs))}</td></tr>"
            for task in islice(every_task(self._history), page_tables.MOST_ROWS)
        )
        head = heading("Task", left=True) + heading("State", left=True) + heading("Jobs")
        return table("The tasks and their states", head, body)

    def _footer(self) -> str:
        source = text(shorten(self._history.source, 200))
        return (
            f"<footer><span>Run of {source} on this machine by alw</span>"
            '<span>All data: <a href="history.csv">history.csv</a>, '
            '<a href="history.json">history.json</a></span></footer>'
        )
