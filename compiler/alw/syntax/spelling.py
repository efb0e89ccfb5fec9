"""Spelling: strings and prun's options, as a source has them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..panda.client import Given
from .lexer import KEYWORDS

_WIDTH = 96
#: The shell's own, which a string leaves alone (:mod:`.strings`).
_SHELL = re.compile(r'(\$\{[^{}"\\\n\t]*\})')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "{": "{{", "}": "}}"}
_SPECIAL = re.compile(r'[\\"\n\t{}]')
_COMMAS = re.compile(r"comma[- ]separated", re.IGNORECASE)
#: Names that mean something else.
RESERVED = frozenset((*KEYWORDS, "iteration", "run"))


def spell_string(text: str) -> str:
    """Return ``text`` as a string of the language."""
    parts = _SHELL.split(text)
    parts[::2] = [_SPECIAL.sub(lambda m: _ESCAPES[m[0]], part) for part in parts[::2]]
    return f'"{"".join(parts)}"'


def spell_options(given: Iterable[Given], sandbox: str | None = None) -> list[tuple[str, str]]:
    """Return prun's options as attributes of a task: the command first, its dataset last.

    :param sandbox: the address of the archive with the user's files.
    """
    settings = [] if sandbox is None else [(0, "sandbox", spell_string(sandbox))]
    for one in given:
        name = "dataset" if one.option.name == "outDS" else one.option.snake
        settings.append((_PLACES.get(one.option.name, -1), name, _spell_value(one)))
    return [(name, value) for _, name, value in sorted(settings, key=lambda s: s[0])]


_PLACES = {"exec": -4, "inDS": -3, "outputs": -2, "outDS": 1}


def _spell_value(given: Given) -> str:
    value, option = given.value, given.option
    if value is None:
        return "true"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return spell_string(value[0]) if len(value) == 1 else _spell_list(value)
    if option.name == "outDS":
        return spell_string(value.removesuffix("/"))
    if option.name == "outputs":  # out of which prun takes the blanks
        return _spell_list(value.replace(" ", "").split(","))
    if "," in value and _COMMAS.search(option.help):
        return _spell_list(value.split(","))
    return _spell_wrapped(value)


def _spell_list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(spell_string, texts))}]"


def _spell_wrapped(text: str) -> str:
    """Return a long text as strings of a line each, which the language joins."""
    lines = [""]
    for word in re.findall(r"\S+\s*|\s+", text):
        if lines[-1] and len(lines[-1]) + len(word) > _WIDTH - 20:
            lines.append("")
        lines[-1] += word
    return "\n".join(map(spell_string, lines))
