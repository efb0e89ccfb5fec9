"""A source, as a person would write it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from ..formatting import NotFormatted, formatted
from ..panda.client import Given
from ..text.source import Source

_WIDTH = 96
#: The shell's own, which a string leaves alone (compiler/syntax/strings.py).
_SHELL = re.compile(r'(\$\{[^{}"\\\n\t]*\})')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "{": "{{", "}": "}}"}
_SPECIAL = re.compile(r'[\\"\n\t{}]')
_COMMAS = re.compile(r"comma[- ]separated", re.IGNORECASE)
#: Words of the language (grammar/alw.lark).
RESERVED = frozenset(
    {
        "after", "and", "at", "const", "false", "input", "iteration", "learn", "loop", "most",
        "not", "of", "or", "param", "repeat", "replace", "result", "run", "task", "times", "true",
        "while", "with", "workflow",
    }
)  # fmt: skip


def literal(text: str) -> str:
    """``text`` as a string of the language."""
    parts = _SHELL.split(text)
    parts[::2] = [_SPECIAL.sub(lambda m: _ESCAPES[m[0]], part) for part in parts[::2]]
    return f'"{"".join(parts)}"'


def name_from(dataset: str) -> str:
    """A name for a workflow, from the one of its dataset: what stands behind the owner."""
    words = re.findall(r"[A-Za-z0-9]+", dataset.split(".", 2)[-1])
    name = "_".join(words) or "imported"
    return f"task_{name}" if not name[0].isalpha() or name in RESERVED else name


@dataclass(frozen=True, slots=True)
class WrittenTask:
    """A task of a source."""

    name: str
    settings: Sequence[tuple[str, str]]
    """Names, and values as they are written."""
    comments: Sequence[str] = ()


def source(
    comments: Iterable[str],
    name: str,
    tasks: Sequence[WrittenTask],
    inputs: Iterable[str] = (),
) -> str:
    """A workflow, in the one layout.

    :param comments: lines, of any text.
    :param inputs: the lines that declare them.
    """
    lines = [f"# {_one_line(comment)}" for comment in comments]
    lines += [f"workflow {name} {{", *(f"  {line}" for line in inputs)]
    if len(lines) > 1 and lines[-1].startswith("  input"):
        lines.append("")
    for place, task in enumerate(tasks):
        lines += ["", *(f"  # {_one_line(one)}" for one in task.comments)][0 if place else 1 :]
        lines += [f"  task {task.name} {{"]
        lines += [f"    {key} = {value}" for key, value in task.settings]
        lines.append("  }")
    text = "\n".join([*lines, "}", ""])
    with suppress(NotFormatted):  # a number may be too large: compiling it will tell
        return formatted(Source(name, text))
    return text


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def settings_of(given: Iterable[Given], sandbox: str | None = None) -> list[tuple[str, str]]:
    """Options of prun as attributes of a task: the command first, its dataset last.

    :param sandbox: the address of the archive with the user's files.
    """
    settings = [] if sandbox is None else [(0, "sandbox", literal(sandbox))]
    for one in given:
        name = "dataset" if one.option.name == "outDS" else one.option.snake
        settings.append((_PLACES.get(one.option.name, -1), name, _value(one)))
    return [(name, value) for _, name, value in sorted(settings, key=lambda s: s[0])]


_PLACES = {"exec": -4, "inDS": -3, "outputs": -2, "outDS": 1}


def _value(given: Given) -> str:
    value, option = given.value, given.option
    if value is None:
        return "true"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return literal(value[0]) if len(value) == 1 else _listed(value)
    if option.name == "outDS":
        return literal(value.removesuffix("/"))
    if option.name == "outputs":  # out of which prun takes the blanks
        return _listed(value.replace(" ", "").split(","))
    if "," in value and _COMMAS.search(option.help):
        return _listed(value.split(","))
    return _wrapped(value)


def _listed(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(literal, texts))}]"


def _wrapped(text: str) -> str:
    """A long text as strings of a line each, which the language joins."""
    lines = [""]
    for word in re.findall(r"\S+\s*|\s+", text):
        if lines[-1] and len(lines[-1]) + len(word) > _WIDTH - 20:
            lines.append("")
        lines[-1] += word
    return "\n".join(map(literal, lines))
