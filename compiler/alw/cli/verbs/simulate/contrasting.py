"""The differences of two simulations as a unified diff, iteration by iteration."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

import click

from ....execution.play import Play
from ....text.display import clean
from ...diffing import COLOURS
from ...terminal import has_colour
from .narrating import abridge, end_lines, heading, iteration_lines

#: Lines around a difference, as in ``diff -u``.
_AROUND = 3
Chunk = tuple[str, list[str]]
"""A title, and lines that are compared together."""


def show_contrast(
    old_name: str,
    new_name: str,
    old: Play | None,
    new: Play | None,
    most: int | None,
    full: bool,
) -> bool:
    """Play two workflows and print what differs; return whether anything does.

    :param old_name: the name of its file.
    :param most: how many iterations are compared; ``None`` for all.
    :param full: whether a learner's command has the check of the result after it.
    """
    colour = has_colour(sys.stdout)
    differs = False
    before, after = _chunks(old, most, full), _chunks(new, most, full)
    for line in contrast(clean(old_name), clean(new_name), before, after):
        differs = True
        style = COLOURS.get(line[0])
        click.echo(click.style(line, fg=style) if colour and style else line, color=colour)
    return differs


def _chunks(play: Play | None, most: int | None, full: bool) -> Iterator[Chunk]:
    """Yield the text of a simulation in pieces: its beginning, each iteration, its end."""
    if play is None:
        return
    workflow = f"workflow {play.tasks.workflow}"
    yield workflow, [*heading(play, "")]
    for _, iteration in abridge(play.iterations(), most):
        if iteration is not None:
            title = f"iteration {iteration.number}" if play.tasks.has_loop else workflow
            yield title, [*iteration_lines(iteration, play.tasks.has_loop, full)]
    yield "end", [*end_lines(play)]


def contrast(
    old_name: str, new_name: str, old: Iterable[Chunk], new: Iterable[Chunk]
) -> Iterator[str]:
    """Yield the lines of a unified diff, none if nothing differs.

    Chunks are compared in order, one with one, so that an iteration is compared with the same one,
    and any number of them takes little memory.
    """
    begun = False
    at = [0, 0]
    for before, after in zip_longest(old, new):
        title, old_lines = before or (after[0], [])
        _, new_lines = after or (title, [])
        for hunk in _hunks(old_lines, new_lines, at, title):
            if not begun:
                yield f"--- {old_name}"
                yield f"+++ {new_name}"
                begun = True
            yield from hunk
        at = [at[0] + len(old_lines), at[1] + len(new_lines)]


def _hunks(
    old: Sequence[str], new: Sequence[str], at: Sequence[int], title: str
) -> Iterator[list[str]]:
    if old == new:
        return
    matcher = SequenceMatcher(None, old, new)
    for group in matcher.get_grouped_opcodes(_AROUND):
        first, last = group[0], group[-1]
        ranges = (
            _range(at[0] + first[1], last[2] - first[1]),
            _range(at[1] + first[3], last[4] - first[3]),
        )
        lines = [f"@@ -{ranges[0]} +{ranges[1]} @@ {title}"]
        for kind, i, j, k, m in group:
            if kind == "equal":
                lines += [f" {line}" for line in old[i:j]]
            else:
                lines += [f"-{line}" for line in old[i:j]] + [f"+{line}" for line in new[k:m]]
        yield lines


def _range(start: int, length: int) -> str:
    """Return a range of lines as ``diff -u`` writes it."""
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"
