"""The live view of a run, on a terminal."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live as RichLive
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ....execution.events import (
    Began,
    Event,
    IterationBegan,
    IterationEnded,
    JobEnded,
    Noted,
    RunEnded,
    TaskBegan,
    TaskEnded,
    Waited,
)
from ....execution.humanize import format_duration, format_value
from ....text.display import clean
from .progress import LineProgress
from .sentences import LONGEST, announce_iteration

if TYPE_CHECKING:
    from ....execution.history import History, IterationRecord, TaskRecord

#: So many past iterations are in view.
_PAST = 8
#: So often the view is drawn at most, in seconds.
_EVERY = 0.1


class LiveProgress:
    """Iterations with their values, the tasks that run, and the time that is left."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._live = RichLive(console=self._console, auto_refresh=False, transient=True)
        self._lines = LineProgress()
        self._began: History | None = None
        self._past: deque[IterationRecord] = deque(maxlen=_PAST)
        self._number = 0
        self._seconds = 0.0
        self._now: IterationRecord | None = None
        self._since = time.monotonic()
        self._tasks: dict[str, TaskRecord] = {}
        self._drawn = 0.0

    def __enter__(self) -> LiveProgress:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, event: Event) -> None:
        """Show an event."""
        match event:
            case Began(history):
                self._began = history
                self._lines.show(event)
            case IterationBegan(iteration):
                self._now, self._tasks, self._since = iteration, {}, time.monotonic()
            case TaskBegan(task):
                self._tasks[task.name] = task
            case JobEnded(task) | TaskEnded(task):
                self._tasks[task.name] = task
                self._lines.show(event)
            case Noted():
                self._lines.show(event)
            case Waited(tasks):
                self._tasks.update((task.name, task) for task in tasks)
            case IterationEnded(iteration):
                self._past.append(iteration)
                self._lines.show_again()
                self._number += 1
                self._seconds += time.monotonic() - self._since
                self._now = None
            case RunEnded(history):
                self._live.update(Text(""), refresh=True)
                self._live.stop()
                self._lines.show(event)
                return
        if time.monotonic() - self._drawn > _EVERY:
            self._live.update(self._view(), refresh=True)
            self._drawn = time.monotonic()

    def _view(self) -> Group:
        parts: list[Table | Text] = []
        if self._past:
            parts.append(self._iterations())
        if self._now is not None:
            said = clean(announce_iteration(self._now))
            parts.append(Text(said, style="bold", overflow="ellipsis", no_wrap=True))
            parts.append(self._running())
        if left := self._left():
            parts.append(Text(left, style="dim"))
        return Group(*parts)

    def _iterations(self) -> Table:
        names = [*self._past[-1].values]
        fields = [*self._past[-1].result]
        table = Table(box=None, pad_edge=False, show_edge=False, header_style="dim")
        table.add_column("iteration", justify="right")
        for name in (*names, *fields):
            table.add_column(clean(name), justify="right", overflow="ellipsis", no_wrap=True)
        for iteration in self._past:
            result = iteration.result
            cells = [iteration.values.get(name, "") for name in names]
            cells += [result.get(field, "") for field in fields]
            table.add_row(
                str(iteration.number), *(clean(format_value(cell, LONGEST)) for cell in cells)
            )
        return table

    def _running(self) -> Table:
        table = Table(box=None, pad_edge=False, show_edge=False, show_header=False)
        table.add_column(no_wrap=True)
        table.add_column(width=24)
        table.add_column(no_wrap=True)
        for task in self._tasks.values():
            over = task.jobs_done + task.jobs_failed
            bar = ProgressBar(total=max(task.jobs, 1), completed=over, width=24)
            said = f"{over} of {task.jobs} jobs"
            if task.jobs_failed:
                said += f", {task.jobs_failed} failed"
            table.add_row(f"  {clean(task.name)}", bar, f"{said}, {task.state.value}")
        return table

    def _left(self) -> str:
        """Say how long it takes at most, by the iterations of the past."""
        if not self._number or self._began is None or not self._began.bound:
            return ""
        each = self._seconds / self._number
        left = max(self._began.bound - self._number, 0) * each
        left = max(left - (time.monotonic() - self._since if self._now else 0), 0)
        return f"at most {format_duration(left)} left ({format_duration(each)} an iteration)"
