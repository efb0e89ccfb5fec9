"""``alw import``: a source for a task that exists."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import click

from ..diagnostics import Collector
from ..importing.imported import NotImported, from_command, from_map
from ..importing.words import NotWords, prun_command
from ..loader import beside, load
from .display import clean
from .files import write_whole
from .report import show, unwritable

#: What the source is called where it has no file yet.
_UNNAMED = "imported.alw"


def import_(words: Sequence[str], output: str | None) -> bool:
    """Write a source for a map, a command line in a file, or the command line ``words``.

    :param words: the name of a file, or ``prun`` and its arguments.
    :param output: the file for the source; else it is printed.
    :returns: whether there is one; else it is reported.
    """
    is_command = Path(words[0]).name == "prun"
    if not is_command and len(words) > 1:
        raise click.UsageError("one FILE, or behind -- the command line of prun")
    try:
        if is_command:
            text: str | None = from_command(words[1:], output or _UNNAMED)
        else:
            text = _from_file(words[0], output)
    except NotImported as error:
        show(error.diagnostics, "text", "", err=True)
        _say(words[0], error.message)
        return False
    if text is None:
        return False
    if output is None:
        click.echo(text, nl=False)
        return True
    try:
        write_whole(output, text.encode("utf-8"))
    except OSError as error:
        show([unwritable(error, output)], "text", "nothing was written", err=True)
        return False
    click.echo(f"wrote {clean(output)}", err=True)
    return True


def _say(name: str, message: str) -> None:
    click.echo(f"error: cannot import {clean(repr(name))}: {clean(message)}", err=True)


def _from_file(name: str, output: str | None) -> str | None:
    """The source for what is in a file; ``None`` if it cannot be read, which is reported."""
    collector = Collector()
    loaded = load(name, collector)
    if loaded is None:
        show(collector.sorted([]), "text", "nothing was written", err=True)
        return None
    if not loaded.text.lstrip().startswith(("{", "[")):
        try:
            return from_command(prun_command(loaded.text), output or _UNNAMED)
        except NotWords as error:
            raise NotImported(f"it is neither JSON nor a command line of prun: {error}") from None
    try:
        task_map = json.loads(loaded.text)
    except ValueError as error:
        raise NotImported(f"it is not JSON: {error}") from None
    except RecursionError:
        raise NotImported("it is not JSON: it nests too deeply") from None
    source = output or _UNNAMED
    shown = "of standard input" if name == "-" else Path(name).name
    return from_map(task_map, source, _beside(name, source), beside, shown)


def _beside(name: str, source: str) -> str | None:
    """The path of a file from the folder of ``source``, if it lies there or below."""
    if name == "-":
        return None
    folder = os.path.realpath(Path(source).parent)
    try:
        path = Path(os.path.relpath(os.path.realpath(name), folder))
    except ValueError:  # on another drive
        return None
    return None if path.parts[0] == os.pardir else path.as_posix()
