"""Explanations: what a rule means, why it is one, and an example with its correction.

The page of a rule (:attr:`.Rule.page`) is laid out like this::

    what the message means

    ## Why
    the reason, and a list of the places in the engine's sources that show it

    ## Wrong
    a block of code

    ## Right
    a block of code

The code is an ``alw`` program, with a word ``set=NAME=TEXT`` for each input that is given a
value and ``target=NAME`` for another engine, or ``console``: commands after ``$ ``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_BLOCK = r"```(?P<{0}_kind>alw|console)(?P<{0}_words>[^\n]*)\n(?P<{0}>.*?)\n```\n"
_LAYOUT = re.compile(
    r"(?P<meaning>[^#\n].*?)\n\n"
    r"## Why\n\n(?P<why>.*?)\n\n"
    rf"## Wrong\n\n{_BLOCK.format('wrong')}\n"
    rf"## Right\n\n{_BLOCK.format('right')}",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Example:
    """A program, or commands."""

    kind: str
    """``alw`` or ``console``."""
    options: tuple[str, ...]
    """The options of ``alw check`` for a program: ``--set NAME=TEXT``, ``--target NAME``."""
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of a page."""

    meaning: str
    why: str
    wrong: Example
    right: Example


def parse_page(page: str) -> Explanation:
    """Take the page of a rule apart.

    :raises ValueError: if it is laid out in another way.
    """
    match = _LAYOUT.fullmatch(page)
    if match is None:
        raise ValueError("not laid out as an explanation")
    return Explanation(
        match["meaning"],
        match["why"],
        _parse_example(match, "wrong"),
        _parse_example(match, "right"),
    )


def _parse_example(match: re.Match[str], which: str) -> Example:
    options: list[str] = []
    for word in match[f"{which}_words"].split():
        key, _, value = word.partition("=")
        if key not in ("set", "target") or not value or (key == "set" and "=" not in value):
            raise ValueError(f"what is {word!r}?")
        options += [f"--{key}", value]
    return Example(match[f"{which}_kind"], tuple(options), match[which])
