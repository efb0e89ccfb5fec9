"""Simulated tasks as text for people."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click

from ....editing.values import written
from ....execution.history import State
from ....execution.play import Play
from ....execution.simulation import SimulatedIteration, SimulatedTask
from ....text.display import escape_unprintable
from ....text.plural import count
from ...terminal import has_colour, is_terminal

_ENDS = {
    State.PARTLY: "finished in part",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
}
_STYLES: Mapping[re.Pattern[str], Mapping[str, Any]] = {
    re.compile(r"(?:workflow|iteration) .*"): {"bold": True},
    re.compile(r"ends:.*"): {"bold": True},
    re.compile(r"    ends .*"): {"fg": "red"},
    re.compile(r"  \w+(?=: )"): {"fg": "cyan"},
}


#: So many iterations are shown on a terminal, if nothing else is asked for.
ON_A_TERMINAL = 10


def narrate(play: Play, results: str, most: int | None, full: bool) -> None:
    """Play a workflow and print the tasks that it submits.

    :param results: where the learner's results come from.
    :param most: how many iterations are shown; ``None``: all, on a terminal
        :data:`ON_A_TERMINAL`.
    :param full: whether a learner's command has the check of the result after it.
    """
    colour = has_colour(sys.stdout)
    paint = _make_painter(colour)
    if most is None and is_terminal(sys.stdout):
        most = ON_A_TERMINAL

    def say(lines: Iterator[str]) -> None:
        for line in lines:
            click.echo(paint(line), color=colour)

    say(heading(play, results))
    for left_out, iteration in abridge(play.iterations(), most):
        if left_out:
            what = count(left_out, "iteration")
            say(iter([f"… {what} left out; -n {play.iteration} shows all", ""]))
        if iteration is not None:
            say(iteration_lines(iteration, play.tasks.has_loop, full))
    say(end_lines(play))


def abridge(
    iterations: Iterator[SimulatedIteration], most: int | None
) -> Iterator[tuple[int, SimulatedIteration | None]]:
    """Yield the first iterations and the last one, each with the number of those left out before.

    :param most: how many; with 1 it is the first.
    """
    left_out, last = 0, None
    for iteration in iterations:
        if most is None or iteration.number <= max(most - 1, 1):
            yield 0, iteration
        else:
            left_out += most == 1 or last is not None
            last = iteration if most > 1 else None
    if last is not None or left_out:
        yield left_out, last


def heading(play: Play, results: str) -> Iterator[str]:
    """Yield the lines before the first iteration.

    :param results: where the learner's results come from; empty to leave it out.
    """
    tasks = play.tasks
    if not tasks.has_loop:
        yield f"workflow {tasks.workflow}: no loop"
    else:
        most = count(tasks.bound or 1, "iteration")
        given = f"; results of '{tasks.learner}' {results}" if results else ""
        yield f"workflow {tasks.workflow}: at most {most}{given}"
    yield ""


def iteration_lines(iteration: SimulatedIteration, has_loop: bool, full: bool) -> Iterator[str]:
    """Yield the lines on an iteration.

    :param full: whether a learner's command has the check of the result after it.
    """
    if has_loop:
        values = escape_unprintable(_values(iteration.values))
        yield f"iteration {iteration.number}" + (f": {values}" if values else "")
        yield ""
    for task in iteration.tasks:
        yield from _task_lines(task, full)
        yield ""


def _task_lines(task: SimulatedTask, full: bool) -> Iterator[str]:
    jobs = _jobs(task)
    yield f"  {task.name}: {escape_unprintable(task.task_name)}" + (f", {jobs}" if jobs else "")
    yield from _label_lines("runs", task.job_command if full else task.command)
    yield from _label_lines("reads", "\n".join(task.inputs))
    yield from _label_lines("writes", "\n".join(task.outputs))
    if task.result is not None:
        yield from _label_lines("result", _values(task.result) or "no fields")
    if task.state in _ENDS:
        reason = f": {task.reason}" if task.reason else ""
        yield from _label_lines("ends", f"{_ENDS[task.state]}{reason}")


def _jobs(task: SimulatedTask) -> str:
    if task.most_jobs is None:
        return ""
    return count(task.most_jobs, "job") if task.exact else f"at most {task.most_jobs} jobs"


def _label_lines(label: str, text: str) -> Iterator[str]:
    """Yield the lines of a text, with a label before the first."""
    for number, line in enumerate(text.split("\n") if text else []):
        yield f"    {'' if number else label:7} {escape_unprintable(line)}".rstrip()


def _values(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name} = {_value(value)}" for name, value in values.items())


def _value(value: object) -> str:
    return written(value) if isinstance(value, bool | int | float | str) else repr(value)


def end_lines(play: Play) -> Iterator[str]:
    """Yield the lines on the end: its reason, and the number of tasks."""
    yield f"ends: {escape_unprintable(play.ending.verdict)}"
    rounds = f"{count(play.iteration, 'iteration')}, " if play.tasks.has_loop else ""
    tasks = count(play.submitted, "task")
    yield f"      {rounds}{tasks}; status of the request in iDDS: {play.status}"


def _make_painter(colour: bool) -> Callable[[str], str]:
    """Return a function that colours a line."""

    def paint(line: str) -> str:
        for pattern, style in _STYLES.items():
            if found := pattern.match(line):
                return click.style(found[0], **style) + line[found.end() :]
        return line

    return paint if colour else str
