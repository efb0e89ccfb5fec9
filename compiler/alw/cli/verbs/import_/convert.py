"""``alw import``: a source for a task that exists."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

import click

from ....diagnostics.diagnostic import Collector
from ....driver.loader import beside, load
from ....importing.calls import PROGRAMS, Call
from ....importing.from_command import from_calls
from ....importing.from_map import NotImported, from_map
from ....importing.interpreter import find_calls
from ....importing.pasted_text import restore_typed
from ....importing.source_writer import make_name
from ....text.display import clean
from ....text.reading import read_regular
from ....text.shell_tokens import NotUnderstood
from ....writing.atomic import replace_file
from ...emit import diagnose_unwritable, show_report
from ...source_files import is_folder

#: The name of a source that has no file yet.
_UNNAMED = "imported.alw"
_LARGEST = 10_000_000


def import_(words: Sequence[str], output: str | None, chosen: Sequence[int]) -> bool:
    """Write a source for a map, the command lines in a file, or the command line ``words``.

    :param words: the name of a file, or ``prun`` and its arguments.
    :param output: the file for the source; else it is printed.
    :param chosen: which calls of a file are wanted, from 1; all of them if it is empty.
    :returns: whether there is one; else it is reported.
    """
    program = Path(words[0]).name
    if program not in PROGRAMS and len(words) > 1:
        raise click.UsageError("give one FILE, or after -- the command line of prun")
    if is_folder(words[0]):
        raise click.UsageError(f"{clean(repr(words[0]))} is a folder; import one file at a time")
    source = output or _UNNAMED
    try:
        if program in PROGRAMS:
            values = tuple((word,) if word else () for word in words[1:])
            call = Call(program, values, 1, "")
            text: str | None = from_calls([call], source, "imported", _Files("."), chosen)
        elif _is_command_line(words[0]):
            text = _from_script(words[0], source, "imported", ".", chosen)
        else:
            text = _from_file(words[0], source, chosen)
    except NotImported as error:
        show_report(error.diagnostics, "text", "", err=True)
        _say(words[0], error.message)
        for line in error.advice:
            click.echo(clean(line), err=True)
        return False
    if text is None:
        return False
    if output is None:
        click.echo(text, nl=False)
        return True
    try:
        replace_file(output, text)
    except OSError as error:
        show_report([diagnose_unwritable(error, output)], "text", "nothing was written", err=True)
        return False
    click.echo(f"wrote {clean(output)}", err=True)
    return True


def _say(name: str, message: str) -> None:
    click.echo(f"error: cannot import {clean(repr(name))}: {clean(message)}", err=True)


def _is_command_line(word: str) -> bool:
    """True if a word is a command line in quotes, and no file."""
    return re.search(r"\b(?:prun|pathena)\s", word) is not None and not Path(word).exists()


class _Files:
    """Reads what options of prun name: from the folder of the script, or the current one."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def __call__(self, directory: str, name: str) -> str:
        """Return the text of a file.

        :raises OSError: if there is none.
        :raises ValueError: if it is not UTF-8.
        """
        try:
            path = Path(name).expanduser()
        except RuntimeError:  # of a user who is not known
            path = Path(name)
        places = [Path(self._folder, directory, path), Path(self._folder, path), Path(path)]
        found = next((place for place in places if place.exists()), None)
        if found is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
        content = read_regular(found, _LARGEST + 1)
        if len(content) > _LARGEST:
            raise ValueError("it is larger than 10 MB")
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            raise ValueError("it is not UTF-8") from None
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def if_any(self, name: str) -> str | None:
        """Return the text of a file, or ``None``."""
        try:
            return self("", name)
        except (OSError, ValueError):
            return None


def _from_script(text: str, source: str, workflow: str, folder: str, chosen: Sequence[int]) -> str:
    """Return the source for the calls in a script.

    :raises NotImported: if there are none, or they are not known.
    """
    files = _Files(folder)
    try:
        found = find_calls(restore_typed(text), files.if_any)
    except NotUnderstood as error:
        raise NotImported(f"it is neither JSON nor a command line of prun: {error}") from None
    if not found:
        leading = (
            "; where a program puts it together, write the command line itself"
            if "prun" in text
            else ""
        )
        raise NotImported(
            f"it is neither JSON nor a command line of prun: there is no prun command{leading}"
        )
    return from_calls(found, source, workflow, files, chosen)


def _from_file(name: str, source: str, chosen: Sequence[int]) -> str | None:
    """Return the source for a file; ``None`` if it cannot be read, which is reported."""
    collector = Collector()
    loaded = load(name, collector)
    if loaded is None:
        show_report(collector.sorted([]), "text", "nothing was written", err=True)
        return None
    text = loaded.text.lstrip("\ufeff \t\r\n")
    if not re.match(r"[{\[]\s*(?:[\"{}\]\[]|\Z)", text):
        folder = "." if name == "-" else str(Path(name).parent)
        workflow = "imported" if name == "-" else make_name(f"..{Path(name).stem}")
        return _from_script(loaded.text, source, workflow, folder, chosen)
    try:
        task_map = json.loads(text)
    except ValueError as error:
        raise NotImported(f"it is not JSON: {error}") from None
    except RecursionError:
        raise NotImported("it is not JSON: it is nested too deeply") from None
    if chosen:
        raise NotImported("it is a map of one task; --task is for scripts")
    shown = "of standard input" if name == "-" else Path(name).name
    return from_map(task_map, source, _beside(name, source), beside, shown)


def _beside(name: str, source: str) -> str | None:
    """Return the path of a file from the folder of ``source``, if it is there or below."""
    if name == "-":
        return None
    folder = os.path.realpath(Path(source).parent)
    try:
        path = Path(os.path.relpath(os.path.realpath(name), folder))
    except ValueError:  # on another drive
        return None
    return None if path.parts[0] == os.pardir else path.as_posix()
