"""What is seen of a run while it goes on: a live view, lines, records for programs, or nothing."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any, Protocol

import click

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
from ....execution.history import History, IterationRecord, JobRecord, State, TaskRecord
from ....execution.logs import last_lines
from ....text.display import clean
from ...terminal import colours, columns, is_terminal
from ...wording import counted

#: So many failed jobs of a task are shown.
_SHOWN = 3


class View(AbstractContextManager["View"], Protocol):
    """Shows a run."""

    def show(self, event: Event) -> None:
        """Show an event."""
        ...


def shower(form: str) -> View:
    """Return what shows a run: ``text``, ``jsonl`` or ``quiet``."""
    if form == "jsonl":
        return Records()
    if form == "quiet":
        return Lines(quiet=True)
    if is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb":
        from .live import Live

        return Live()
    return Lines()


class Lines:
    """At most three lines for an iteration, and those of failures, on standard error."""

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._colour = colours(sys.stderr)
        self._shown: dict[tuple[str, int], int] = {}
        self._kept = 0
        self._again: dict[str, int] = {}
        """How many jobs run again, by what to say of them."""

    def __enter__(self) -> Lines:
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
                self._failed(f"task '{task.name}'{_where(task)}: {task.reason}", task)
            case Noted(task, note) if not self._quiet:
                self._say(f"note: task '{task.name}': {note}")
            case Began(history, resumed) if not self._quiet:
                self._say(began(history, resumed))
            case IterationBegan(iteration) if not self._quiet:
                self._say(head(iteration))
            case JobEnded(task, job, kept):
                self._count(task, job, kept)
            case IterationEnded(iteration) if not self._quiet:
                self._say(f"  {done(iteration)}")
                self.show_again()
            case RunEnded(history) if not self._quiet:
                self._summarise(history)
            case RunEnded(history) if not history.ok:
                self._say(ended(history), bold=True)
            case _:
                pass

    def show_again(self) -> None:
        """Say what of an iteration has run before, and what ran again and why."""
        if self._kept or self._again:
            self._say(f"  {self._since_before()}")

    def _count(self, task: TaskRecord, job: JobRecord, kept: bool) -> None:
        self._kept += kept
        if job.rerun:
            why = f"'{task.name}', because {job.rerun}"
            self._again[why] = self._again.get(why, 0) + 1

    def _since_before(self) -> str:
        """Say what of an iteration a run that goes on has done anew."""
        said = [f"{counted(self._kept, 'job')} had run before"] if self._kept else []
        reasons = [f"{counted(number, 'job')} of {why}" for why, number in self._again.items()]
        if reasons:
            more = f" and {len(reasons) - 2} more reasons" if len(reasons) > 2 else ""
            said.append(f"ran again: {'; '.join(reasons[:2])}{more}")
        self._kept, self._again = 0, {}
        return ", ".join(said)

    def _summarise(self, history: History) -> None:
        """Print the whole, on standard output: it is what comes of the command."""
        from ....execution.report.summary import summary
        from ....execution.reporting import PAGE

        out = sys.stdout
        encoding = getattr(out, "encoding", None) or "utf-8"
        click.echo()
        click.echo(summary(history, columns(out), colours(out), encoding), color=colours(out))
        click.echo(f"\nreport: {clean(shown_path(history.directory / PAGE))}")

    def _show_failure(self, task: TaskRecord, job: JobRecord) -> None:
        key = task.name, task.iteration
        shown = self._shown[key] = self._shown.get(key, 0) + 1
        if shown > _SHOWN:
            if shown == _SHOWN + 1:
                self._say("  more jobs of this task have failed; the report lists them")
            return
        what = f"job {job.serial} of task '{task.name}'{_where(task)}: {job.reason}"
        log = job.directory / "stderr"
        self._failed(what, task)
        self._say(f"  log: {shown_path(log)}")
        if self._quiet:  # else the summary has it
            for line in last_lines(log):
                self._say(f"  | {line}")

    def _failed(self, message: str, task: TaskRecord) -> None:
        word = click.style("failed:", fg="red", bold=True) if self._colour else "failed:"
        click.echo(f"{word} {clean(message)}", err=True, color=self._colour)
        if self._quiet:
            place = f" (line {task.line} of the source)" if task.line else ""
            self._say(f"  with {values(task.values)}{place}" if task.values else f"  {place}")

    def _say(self, text: str, bold: bool = False) -> None:
        shown = clean(text)
        if bold and self._colour:
            shown = click.style(shown, bold=True)
        click.echo(shown, err=True, color=self._colour)


class Records:
    """One JSON object a line, on standard output, for programs."""

    def __enter__(self) -> Records:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, event: Event) -> None:
        """Print an event."""
        made = record(event)
        if made is not None:
            click.echo(json.dumps(made, default=_plain, allow_nan=False))


def record(event: Event) -> dict[str, Any] | None:
    """Return an event as JSON has it; ``None`` for what programs need not know."""
    match event:
        case Began(history, resumed):
            return {"event": "run began", "resumed": resumed, **_whole(history)}
        case IterationBegan(iteration):
            return {
                "event": "iteration began",
                "iteration": iteration.number,
                "values": iteration.values,
            }
        case TaskBegan(task):
            return {"event": "task began", **_task(task)}
        case JobEnded(task, job, kept):
            more = {"kept": kept, **asdict(job)}
            return {
                "event": "job ended",
                "iteration": task.iteration,
                "task": task.name,
                **more,
            }
        case Noted(task, note):
            return {"event": "note", "task": task.name, "note": note}
        case TaskEnded(task):
            return {"event": "task ended", **_task(task)}
        case IterationEnded(iteration):
            return {
                "event": "iteration ended",
                "iteration": iteration.number,
                "values": iteration.values,
                "result": iteration.result,
            }
        case RunEnded(history):
            return {"event": "run ended", **_whole(history)}
        case Waited():
            return None


def _whole(history: History) -> dict[str, Any]:
    return {
        "workflow": history.workflow,
        "source": history.source,
        "directory": history.directory,
        "iterations": len(history.iterations),
        "bound": history.bound,
        "limits": history.limits,
        "end": history.end,
        "verdict": history.verdict,
        "ok": history.ok,
    }


def _task(task: TaskRecord) -> dict[str, Any]:
    made = asdict(task)
    made.pop("failures")
    return made


def _plain(value: object) -> object:
    return value.value if isinstance(value, State) or hasattr(value, "value") else str(value)


# Words


def began(history: History, resumed: bool) -> str:
    """Say which run begins."""
    limits = f"; only {history.limits}" if history.limits else ""
    what = "goes on" if resumed else "runs"
    return f"{history.workflow} {what} in {shown_path(history.directory)}{limits}"


def head(iteration: IterationRecord) -> str:
    """Say with which values an iteration begins."""
    return f"iteration {iteration.number}: {values(iteration.values)}".rstrip(": ")


def done(iteration: IterationRecord) -> str:
    """Say what has come of an iteration."""
    jobs = sum(task.jobs for task in iteration.tasks)
    failed = sum(task.jobs_failed for task in iteration.tasks)
    started = min((task.started or 0.0 for task in iteration.tasks), default=0.0)
    ended = max((task.ended or time.time() for task in iteration.tasks), default=started)
    said = f"{counted(jobs, 'job')} in {duration(ended - started)}"
    if failed:
        said += f", {failed} failed"
    result = values(iteration.result)
    return f"{said}: {result}" if result else said


def ended(history: History) -> str:
    """Say why a run has ended."""
    words = {
        "condition": "converged",
        "bound": "ended",
        "done": "done",
        "failure": "failed",
        "cut": "cut short",
        "interrupted": "interrupted",
    }
    end = words[history.end.value] if history.end else "ended"
    took = duration((history.ended or history.started) - history.started)
    said = f"{end}: {history.verdict}" if history.verdict and history.verdict != end else end
    limits = f" (only {history.limits})" if history.limits else ""
    return f"{said}; {took}{limits}"


def values(given: Mapping[str, object]) -> str:
    """Return values by name, in words."""
    return ", ".join(f"{name} = {value_text(value)}" for name, value in given.items())


def value_text(value: object) -> str:
    """Return a value as a person reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6g}"
    return short(str(value), 40)


def short(text: str, most: int = 300) -> str:
    """Return the beginning of a text."""
    line = text.strip().splitlines()[0] if text.strip() else ""
    return line if len(line) <= most else f"{line[: most - 1]}…"


def duration(seconds: float) -> str:
    """Return a time as a person reads it."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def shown_path(path: os.PathLike[str]) -> str:
    """Return a path, relative to the current folder where that is shorter."""
    text = os.fspath(path)
    relative = os.path.relpath(text)
    return relative if len(relative) < len(text) and not relative.startswith("..") else text


def _where(task: TaskRecord) -> str:
    return f" in iteration {task.iteration}"
