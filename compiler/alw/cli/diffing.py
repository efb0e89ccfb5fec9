"""The changes of a file, as ``diff -u`` and ``patch`` have them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from difflib import unified_diff

import click

from ..text.display import escape_unprintable
from ..text.source import Source
from .terminal import has_colour, is_terminal

COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def show_diff(old: Source, new: Source) -> None:
    """Print what differs, as a unified diff: for other programs exactly, for people harmless."""
    colour = has_colour(sys.stdout)
    for line in _diff(old, new):
        if not (colour or is_terminal(sys.stdout)):
            click.echo(line.encode("utf-8", "backslashreplace"))
            continue
        shown = "\t".join(map(escape_unprintable, line.removesuffix("\r").split("\t")))
        click.echo(click.style(shown, fg=COLOURS.get(line[0])) if colour else shown, color=colour)


def _diff(old: Source, new: Source) -> Iterator[str]:
    name = escape_unprintable(old.name)
    for line in unified_diff(_lines(old), _lines(new), name, name):
        yield line.removesuffix("\n")
        if not line.endswith("\n"):
            yield r"\ No newline at end of file"


def _lines(source: Source) -> list[str]:
    """Return the lines with their ends, which are those that ``diff`` and ``patch`` know."""
    lines = [f"{line}\n" for line in source.content().split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]
