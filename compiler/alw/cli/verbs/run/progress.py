"""The progress of a run on the terminal: a live view, lines, records for programs, or nothing."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from typing import Protocol

import click

from ....execution.events import (
    Began,
    Event,
    IterationBegan,
    IterationEnded,
    JobEnded,
    Noted,
    RunEnded,
    TaskEnded,
)
from ....execution.history import History, JobRecord, State, TaskRecord
from ....execution.logs import read_last_lines
from ....text.display import clean
from ....text.plural import count
from ...terminal import has_colour, is_terminal, width_of
from .sentences import (
    announce_iteration,
    announce_run,
    list_values,
    shorten_path,
    sum_up_iteration,
    sum_up_run,
)

#: So many failed jobs of a task are shown.
_SHOWN = 3


class Progress(AbstractContextManager["Progress"], Protocol):
    """Shows a run."""

    def show(self, event: Event) -> None:
        """Show an event."""
        ...


def choose_progress(form: str) -> Progress:
    """Return what shows a run, by ``form``: ``text``, ``jsonl`` or ``quiet``."""
    if form == "jsonl":
        from .json_progress import JsonProgress

        return JsonProgress()
    if form == "quiet":
        return LineProgress(quiet=True)
    if is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb":
        from .live import LiveProgress

        return LiveProgress()
    return LineProgress()


class LineProgress:
    """At most three lines for an iteration, and those of failures, on standard error."""

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._colour = has_colour(sys.stderr)
        self._shown: dict[tuple[str, int], int] = {}
        self._kept = 0
        self._again: dict[str, int] = {}
        """The numbers of jobs that run again, by reason."""

    def __enter__(self) -> LineProgress:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, event: Event) -> None:
        """Show an event."""
        match event:
            case JobEnded(task, job, kept) if job.state is State.FAILED:
                self._count(task, job, kept)
                self._show_failure(task, job)
            case TaskEnded(task) if task.reason:
                self._show_error(
                    f"task '{task.name}' in iteration {task.iteration}: {task.reason}", task
                )
            case Noted(task, note) if not self._quiet:
                self._say(f"note: task '{task.name}': {note}")
            case Began(history, resumed) if not self._quiet:
                self._say(announce_run(history, resumed))
            case IterationBegan(iteration) if not self._quiet:
                self._say(announce_iteration(iteration))
            case JobEnded(task, job, kept):
                self._count(task, job, kept)
            case IterationEnded(iteration) if not self._quiet:
                self._say(f"  {sum_up_iteration(iteration)}")
                self.show_again()
            case RunEnded(history) if not self._quiet:
                self._show_summary(history)
            case RunEnded(history) if not history.ok:
                self._say(sum_up_run(history), bold=True)
            case _:
                pass

    def show_again(self) -> None:
        """Print how much of an iteration has run before, and what ran again and why."""
        if self._kept or self._again:
            self._say(f"  {self._describe_repetition()}")

    def _count(self, task: TaskRecord, job: JobRecord, kept: bool) -> None:
        self._kept += kept
        if job.rerun:
            why = f"'{task.name}', because {job.rerun}"
            self._again[why] = self._again.get(why, 0) + 1

    def _describe_repetition(self) -> str:
        """Say what of an iteration a run that goes on has done anew."""
        said = [f"{count(self._kept, 'job')} had run before"] if self._kept else []
        reasons = [f"{count(number, 'job')} of {why}" for why, number in self._again.items()]
        if reasons:
            more = f" and {len(reasons) - 2} more reasons" if len(reasons) > 2 else ""
            said.append(f"ran again: {'; '.join(reasons[:2])}{more}")
        self._kept, self._again = 0, {}
        return ", ".join(said)

    def _show_summary(self, history: History) -> None:
        """Print a summary on standard output: the result of the command."""
        from ....execution.report.summary import render_summary
        from ....execution.reporting import PAGE

        out = sys.stdout
        encoding = getattr(out, "encoding", None) or "utf-8"
        click.echo()
        click.echo(
            render_summary(history, width_of(out), has_colour(out), encoding), color=has_colour(out)
        )
        click.echo(f"\nreport: {clean(shorten_path(history.directory / PAGE))}")

    def _show_failure(self, task: TaskRecord, job: JobRecord) -> None:
        key = task.name, task.iteration
        shown = self._shown[key] = self._shown.get(key, 0) + 1
        if shown > _SHOWN:
            if shown == _SHOWN + 1:
                self._say("  more jobs of this task have failed; the report lists them")
            return
        what = f"job {job.serial} of task '{task.name}' in iteration {task.iteration}: {job.reason}"
        log = job.directory / "stderr"
        self._show_error(what, task)
        self._say(f"  log: {shorten_path(log)}")
        if self._quiet:  # else the summary has it
            for line in read_last_lines(log):
                self._say(f"  | {line}")

    def _show_error(self, message: str, task: TaskRecord) -> None:
        word = click.style("failed:", fg="red", bold=True) if self._colour else "failed:"
        click.echo(f"{word} {clean(message)}", err=True, color=self._colour)
        if self._quiet:
            place = f" (line {task.line} of the source)" if task.line else ""
            self._say(f"  with {list_values(task.values)}{place}" if task.values else f"  {place}")

    def _say(self, text: str, bold: bool = False) -> None:
        shown = clean(text)
        if bold and self._colour:
            shown = click.style(shown, bold=True)
        click.echo(shown, err=True, color=self._colour)
