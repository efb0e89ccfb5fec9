"""Sentences on a run, for the terminal."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

from ....execution.history import History, IterationRecord
from ....execution.humanize import HEADLINES, elapsed_seconds, format_duration, format_value
from ....execution.report.times import count_jobs, find_span
from ....text.plural import count


def announce_run(history: History, resumed: bool) -> str:
    """Say which run begins."""
    limits = f"; only {history.limits}" if history.limits else ""
    what = "goes on" if resumed else "runs"
    return f"{history.workflow} {what} in {shorten_path(history.directory)}{limits}"


def announce_iteration(iteration: IterationRecord) -> str:
    """Say with which values an iteration begins."""
    return f"iteration {iteration.number}: {list_values(iteration.values)}".rstrip(": ")


def sum_up_iteration(iteration: IterationRecord) -> str:
    """Say how an iteration has ended."""
    jobs, _, failed = count_jobs(iteration.tasks)
    started, ended = find_span(iteration.tasks)
    now = time.time()
    said = f"{count(jobs, 'job')} in {format_duration((ended or now) - (started or ended or now))}"
    if failed:
        said += f", {failed:,} failed"
    result = list_values(iteration.result)
    return f"{said}: {result}" if result else said


def sum_up_run(history: History) -> str:
    """Say why a run has ended."""
    end = HEADLINES[history.end].lower()
    said = f"{end}: {history.verdict}" if history.verdict and history.verdict != end else end
    limits = f" (only {history.limits})" if history.limits else ""
    return f"{said}; {format_duration(elapsed_seconds(history, time.time()))}{limits}"


def list_values(values: Mapping[str, object]) -> str:
    """Return values by name, in words."""
    return ", ".join(f"{name} = {format_value(given, LONGEST)}" for name, given in values.items())


#: The longest text of a value, in characters.
LONGEST = 40


def shorten_path(path: os.PathLike[str]) -> str:
    """Return a path, relative to the current folder where that is shorter."""
    text = os.fspath(path)
    relative = os.path.relpath(text)
    return relative if len(relative) < len(text) and not relative.startswith("..") else text
