"""The report of a run, written while it goes on and at its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from .events import Event, IterationEnded, RunEnded, Show, TaskBegan
from .history import History

if TYPE_CHECKING:
    from ..drawing.chart import Drawing
    from ..driver.result import CompiledWorkflow

PAGE, TABLE, RECORD = "report.html", "history.csv", "history.json"
#: While the run goes on, writing the report takes at most this share of the time.
_SHARE = 0.02


class Reporter:
    """Writes ``report.html``, ``history.csv`` and ``history.json`` into the folder of a run.

    :param history: what has happened up to now.
    """

    history: Callable[[], History]

    def __init__(self, workflow: CompiledWorkflow, folder: Path) -> None:
        self._workflow = workflow
        self._folder = folder
        self._next = 0.0

    def wrap(self, show: Show) -> Show:
        """Return what shows an event with ``show`` and writes the report when it is due."""

        def shown(event: Event) -> None:
            match event:
                case RunEnded(history):
                    self.write(history)
                case IterationEnded() | TaskBegan() if time.monotonic() >= self._next:
                    self.write(self.history())
                case _:
                    pass
            show(event)

        return shown

    def write(self, history: History) -> None:
        """Write the report.

        :raises OSError: if it cannot be written.
        """
        from ..writing.atomic import replace_file
        from .report.history_csv import render_history_csv
        from .report.history_json import render_history_json
        from .report.page import write_page

        began = time.monotonic()
        for name, text in (
            (RECORD, render_history_json(history)),
            (TABLE, render_history_csv(history)),
        ):
            replace_file(self._folder / name, text)
        write_page(history, self._drawing, self._folder / PAGE)
        ended = time.monotonic()
        self._next = ended + (ended - began) / _SHARE

    @cached_property
    def _drawing(self) -> Drawing | None:
        from ..drawing.chart import Links
        from ..drawing.chart_builder import build_drawing

        known = self._workflow.known
        return None if known is None else build_drawing((known,), Links())
