"""The drawing of the workflow, with the states of its tasks."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ...drawing.chart import Chart, Drawing, Links, NodeKind
from ...drawing.marks import Mark
from ...drawing.svg import write_svg
from ..history import History, State, TaskRecord
from ..humanize import format_jobs, format_state
from .markup import LOOK, address
from .times import every_task

_LARGEST = 110_000
"""Characters of a drawing that a page has room for."""


class Picture(NamedTuple):
    """A drawing with states.

    :param svg: empty if there is none, or if it is too large for a page.
    :param states: those that occur.
    """

    svg: str
    states: tuple[State, ...] = ()
    is_too_large: bool = False


def draw_states(history: History, drawing: Drawing | None, folder: Path, scope: str) -> Picture:
    """Draw the workflow of ``history`` with the last state of each task.

    :param drawing: as :func:`alw.drawing.chart_builder.drawing` makes it; of the same source.
    :param folder: where the page lies that shows it.
    :param scope: the selector of its place in the page.
    """
    chart = _chart(history, drawing)
    if chart is None:
        return Picture("")
    last = _last(history, chart)
    nodes = [node for node in chart.nodes if node.kind in (NodeKind.TASK, NodeKind.LEARNER)]
    marks = {node.id: _mark(last.get(node.title), history, folder) for node in nodes}
    svg = write_svg(Drawing((chart,), Links()), marks, scope)
    if len(svg) > _LARGEST:
        return Picture("", (), True)
    shown = [last[n.title].state if n.title in last else State.WAITING for n in nodes]
    return Picture(svg, tuple(s for s in State if s in shown))


def _chart(history: History, drawing: Drawing | None) -> Chart | None:
    charts = drawing.charts if drawing else ()
    named = [chart for chart in charts if chart.title == f"workflow {history.workflow}"]
    return named[0] if named else None


def _last(history: History, chart: Chart) -> dict[str, TaskRecord]:
    """Return the last record of each task.

    In an iteration that has not come to its end, what has not begun in it has none.
    """
    last = {task.name: task for task in every_task(history)}
    if history.ok or len(chart.loops) != 1 or not history.iterations:
        return last
    now = {task.name for task in history.iterations[-1].tasks}
    looped = {node.title for node in chart.nodes if node.loop}
    return {name: task for name, task in last.items() if name in now or name not in looped}


def _mark(task: TaskRecord | None, history: History, folder: Path) -> Mark:
    if task is None:
        said = "waiting" if history.end is None else "not run"
        return Mark(LOOK[State.WAITING], said)
    where = f"iteration {task.iteration}: " if history.has_loop else ""
    done = f", {format_jobs(task.jobs_done, task.jobs_failed, task.jobs)}" if task.jobs else ""
    note = f"{where}{format_state(task.state, history.end is not None)}{done}"
    return Mark(LOOK[task.state], note, address(log_of(task), folder))


def log_of(task: TaskRecord) -> Path:
    """Return where the log of a task is: of the first job that failed, else its folder."""
    return task.failures[0].directory if task.failures else task.directory
