"""``alw fetch``: the map of a task that exists."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from ....driver.output import to_json
from ....panda.anonymise import find_traces, remove_persons
from ....panda.client import Map
from ....panda.fetch import NoAnswer, task_parameters
from ....panda.maps import fault
from ....text.display import clean
from ....writing.atomic import replace_file
from ...emit import diagnose_unwritable, show_report
from ...terminal import is_terminal

#: The most traces that are listed.
_MOST_TRACES = 5


def fetch(task_id: int, output: str | None, seconds: float) -> bool:
    """Write the map of a task to the file ``output``, or to standard output.

    :param seconds: how long to wait for the server.
    :returns: whether that was possible; else it is reported.
    """
    try:
        with _show_waiting(task_id) as waiting:
            found = task_parameters(task_id, seconds, waiting)
    except NoAnswer as error:
        at = f" from {error.server}" if error.server else ""
        _say(f"error: cannot fetch task {task_id}{at}: {error.message}", error.help)
        return False
    kept, _ = remove_persons(found)
    text = to_json(kept)
    if output is None:
        click.echo(text, nl=False)
    else:
        try:
            replace_file(output, text)
        except OSError as error:
            show_report(
                [diagnose_unwritable(error, output)], "text", "nothing was written", err=True
            )
            return False
        click.echo(f"wrote {clean(output)}", err=True)
    _note(kept)
    return True


def _note(task_map: Map) -> None:
    """Say what a user should know of the map."""
    for where, trace in find_traces(task_map)[:_MOST_TRACES]:
        _say(f"note: {where!r} names {trace!r}", "check whether others may see it")
    if found := fault(task_map):
        _say(
            f"note: no task can start from this map: {found}",
            "use a map made by prun or pathena",
        )


def _say(message: str, help: str) -> None:
    click.echo(clean(message), err=True)
    if help:
        click.echo(f"   = help: {clean(help)}", err=True)


@contextmanager
def _show_waiting(task_id: int) -> Iterator[Callable[[float], None]]:
    """Return a function that shows, on a terminal, for how long there is no answer."""
    shown = 0

    def show_time(passed: float) -> None:
        nonlocal shown
        if terminal:
            text = f"waiting for PanDA: task {task_id}, {passed:.0f} s"
            click.echo("\r" + text.ljust(shown), err=True, nl=False)
            shown = len(text)

    terminal = is_terminal(sys.stderr)
    try:
        yield show_time
    finally:
        if shown:
            click.echo("\r" + " " * shown + "\r", err=True, nl=False)
