"""Output of commands: reports and errors, to a stream or a file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import click

from ..diagnostics.diagnostic import Diagnostic
from ..diagnostics.rules import CANNOT_WRITE, INTERNAL_ERROR
from ..text.display import clean
from ..text.source import Source, Span
from ..writing.atomic import replace_file
from .formats import format_diagnostics
from .terminal import has_colour, width_of


def show_report(diagnostics: Sequence[Diagnostic], form: str, closing: str, err: bool) -> None:
    """Print ``diagnostics``; ``closing`` is a last line for people."""
    stream = sys.stderr if err else sys.stdout
    colour = has_colour(stream)
    shown = format_diagnostics(diagnostics, form, colour, width_of(stream))
    shown = _append_closing(
        shown, form, click.style(closing, bold=True) if closing and colour else closing
    )
    if shown:
        click.echo(shown, err=err, color=colour)


def find_exit_status(diagnostics: Iterable[Diagnostic], ok: bool) -> int:
    """Return the exit status: 0 if all is well, 1 for errors, 3 for a fault of alw itself."""
    if any(d.rule is INTERNAL_ERROR for d in diagnostics):
        return 3
    return 0 if ok else 1


def write_report(diagnostics: Sequence[Diagnostic], form: str, closing: str, file: str) -> None:
    """Make the report what is in ``file``.

    :raises OSError: if that cannot be written.
    """
    shown = _append_closing(format_diagnostics(diagnostics, form), form, closing)
    replace_file(file, f"{shown}\n" if shown else "")


def _append_closing(shown: str, form: str, closing: str) -> str:
    if form != "text" or not closing:
        return shown
    return f"{shown}\n\n{closing}" if shown else closing


def diagnose_unwritable(error: OSError, place: str) -> Diagnostic:
    """Return the diagnostic of a failure to write ``place`` or something in it."""
    # a move has two names, the second is the place; a write to an open file has none
    name = str(error.filename2 or error.filename or place)
    message = f"cannot write '{name}': {error.strerror or error}"
    return Diagnostic(CANNOT_WRITE, Source(name, ""), Span(0, 0), message)


def say_error(message: str, help: str = "") -> None:
    """Print an error that has no place in a source."""
    colour = has_colour(sys.stderr)
    head = click.style("error:", fg="red", bold=True) if colour else "error:"
    lines = "\n".join(clean(line) for line in message.splitlines())
    click.echo(f"{head} {lines}", err=True, color=colour)
    if help:
        say_help(help)


def say_help(text: str) -> None:
    """Print what to do."""
    click.echo(f"   = help: {clean(text)}", err=True)
