"""``alw explain``: what a message means, or a list of all."""

from __future__ import annotations

import os
import shlex
import sys
import textwrap
from collections.abc import Iterator

import click

from ....diagnostics.catalogue import all_rules, find_rule
from ....diagnostics.explanation import Example, parse_page
from ....diagnostics.rule import Rule
from ....text.suggest import did_you_mean
from ...terminal import has_colour, width_of

#: The topics of the hundreds of codes.
GROUPS = {
    "1": "the text",
    "2": "names, types and values",
    "3": "loops and dependencies",
    "4": "prun and PanDA",
    "5": "inputs and files",
    "6": "code that is probably a mistake",
    "7": "limits of the target engine",
    "9": "bugs in alw itself",
}
#: Widest line of running text.
_WIDEST = 90
_INDENT = "  "


def explain(wanted: str | None) -> None:
    """Print the explanation of a rule, by its code or name; without one, a list of all.

    :raises click.UsageError: if there is no such rule.
    """
    colour = has_colour(sys.stdout)
    width = min(width_of(sys.stdout), _WIDEST)
    lines = _list(colour) if wanted is None else _explain_rule(_rule(wanted), colour, width)
    text = "\n".join(lines)
    if _is_longer_than_the_screen(text):
        click.echo_via_pager(text + "\n", color=colour)
    else:
        click.echo(text, color=colour)


def _rule(wanted: str) -> Rule:
    name = wanted.lower()
    number = name.removeprefix("alw")
    found = find_rule(f"ALW{number}" if number.isdigit() else name)
    if found is not None:
        return found
    names = [rule.name for rule in all_rules().values()]
    everything = "'alw explain' lists all"
    help = everything if number.isdigit() else did_you_mean(name, names, everything)
    raise click.UsageError(f"there is no message {wanted!r}: {help}")


def _is_longer_than_the_screen(text: str) -> bool:
    try:
        return sys.stdout.isatty() and (
            text.count("\n") + 2 > os.get_terminal_size(sys.stdout.fileno()).lines
        )
    except (AttributeError, OSError, ValueError):  # no output, or none with a size
        return False


def _list(colour: bool) -> Iterator[str]:
    rules = all_rules()
    width = max(len(rule.name) for rule in rules.values())
    group = ""
    for code, rule in rules.items():
        hundred = code.removeprefix("ALW")[0]
        if hundred != group:
            if group:
                yield ""
            group = hundred
            yield _bold(f"{group}xx {GROUPS[group]}", colour)
        yield f"{_INDENT}{code}  {rule.name:<{width}}  {rule.severity:<7}  {rule.meaning}"


def _explain_rule(rule: Rule, colour: bool, width: int) -> Iterator[str]:
    text = parse_page(rule.page)
    yield _bold(f"{rule.severity}[{rule.code}] {rule.name}: {rule.meaning}", colour)
    yield ""
    yield from _paragraphs(text.meaning, width)
    yield ""
    yield _bold("Why", colour)
    yield from _paragraphs(text.why, width)
    for title, example in (("Wrong", text.wrong), ("Right", text.right)):
        yield ""
        yield _bold(title, colour)
        yield ""
        yield from _code(example)


def _bold(text: str, colour: bool) -> str:
    return click.style(text, bold=True) if colour else text


def _paragraphs(text: str, width: int) -> Iterator[str]:
    """Running text, broken into lines, and lists."""
    for number, paragraph in enumerate(text.split("\n\n")):
        if number:
            yield ""
        items = paragraph[2:].split("\n- ") if paragraph.startswith("- ") else None
        for item in items or [paragraph]:
            yield from _wrap(item, width, "- " if items else "")


def _wrap(text: str, width: int, mark: str) -> list[str]:
    """Break ``text`` into lines, but not between backquotes."""
    pieces = " ".join(text.split()).split("`")
    pieces[1::2] = [piece.replace(" ", "\N{NO-BREAK SPACE}") for piece in pieces[1::2]]
    lines = textwrap.wrap(
        "`".join(pieces),
        width,
        initial_indent=_INDENT + mark,
        subsequent_indent=_INDENT + " " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def _code(example: Example) -> Iterator[str]:
    if example.options:
        yield _INDENT * 2 + "$ " + shlex.join(["alw", "check", "FILE", *example.options])
    for line in example.text.split("\n"):
        yield (_INDENT * 2 + line).rstrip()
