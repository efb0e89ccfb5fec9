"""Diagnostics as workflow commands of GitHub Actions, which shows them in the changed files.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands; what is
escaped is in ``actions/toolkit``, ``packages/core/src/command.ts``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...text.display import clean, escape_unprintable

if TYPE_CHECKING:
    from ...diagnostics.diagnostic import Diagnostic


def as_github(diagnostics: Sequence[Diagnostic]) -> str:
    """One command for each diagnostic: ``::error file=…,line=…,title=CODE name::message``."""
    return "\n".join(_command(d) for d in diagnostics)


def _command(d: Diagnostic) -> str:
    start, end = d.start, d.end
    properties = {"file": d.source.name, "line": start.line, "endLine": end.line}
    if start.line == end.line:  # GitHub refuses columns on several lines
        properties |= {"col": start.column, "endColumn": end.column}
    properties["title"] = f"{d.code} {d.name}"
    shown = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{d.severity} {shown}::{_data(d.message, d.help)}"


def _data(message: str, help: str) -> str:
    lines = [*message.split("\n"), *(help.split("\n") if help else ())]
    return "%0A".join(clean(line.rstrip("\r")).replace("%", "%25") for line in lines)


_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def _property(value: str) -> str:
    return escape_unprintable(value.translate(_PROPERTY))
