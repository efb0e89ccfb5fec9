"""A source, as a person would write it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from ..formatting import NotFormatted, format_source
from ..syntax.spelling import RESERVED
from ..text.source import Source


def make_name(dataset: str) -> str:
    """Return a name for a workflow: the part of its dataset's name after the owner."""
    words = re.findall(r"[A-Za-z0-9]+", dataset.split(".", 2)[-1])
    name = "_".join(words) or "imported"
    return f"task_{name}" if not name[0].isalpha() or name in RESERVED else name


@dataclass(frozen=True, slots=True)
class SourceTask:
    """A task of a source."""

    name: str
    settings: Sequence[tuple[str, str]]
    """Names, and values as they are written."""
    comments: Sequence[str] = ()


def write_source(
    comments: Iterable[str],
    name: str,
    tasks: Sequence[SourceTask],
    inputs: Iterable[str] = (),
) -> str:
    """Return a workflow, formatted.

    :param comments: lines, of any text.
    :param inputs: the lines that declare them.
    """
    lines = [f"# {_escape_line(comment)}" for comment in comments]
    lines += [f"workflow {name} {{", *(f"  {line}" for line in inputs)]
    if len(lines) > 1 and lines[-1].startswith("  input"):
        lines.append("")
    for place, task in enumerate(tasks):
        lines += ["", *(f"  # {_escape_line(one)}" for one in task.comments)][0 if place else 1 :]
        lines += [f"  task {task.name} {{"]
        lines += [f"    {key} = {value}" for key, value in task.settings]
        lines.append("  }")
    text = "\n".join([*lines, "}", ""])
    with suppress(NotFormatted):  # a number may be too large: compiling it will tell
        return format_source(Source(name, text))
    return text


def _escape_line(text: str) -> str:
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
