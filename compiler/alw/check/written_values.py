"""Values that a task names without inserting them: ``$m1``, ``{{m1}}``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..semantics.program import Task, Workflow
from ..text.source import Span

PIECE = re.compile(r"""'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\]+|\s+""", re.DOTALL)
#: ``${m1}``, ``$m1``, and ``$(m1)`` as in CWL.
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|\((?:inputs\.)?(\w+)\)|([A-Za-z_]\w*))")
#: ``{{m1}}``, ``{{t.outputs[0]}}`` as written; not ``${{m1}}``, ``{{{m1}}}``, ``{{{{m1}}}}``.
_ESCAPED = re.compile(r"(?<![{$])\{\{\s*(\w+)(\.outputs\[\d+\])?\s*\}\}(?!\})")
#: Python, to which ``{m1}`` in a string is a value of its own.
_OF_PYTHON = re.compile(r"\bf\\?['\"]|\.format\(")


def find_shell_variables(text: str) -> Iterator[tuple[str, str]]:
    """Yield the variables that the shell puts into a command: their names, and what is written."""
    if "$" not in text:
        return
    for match in _VARIABLE.finditer(_without_single_quotes(text)):
        yield match[1] or match[2] or match[3], match[0]


class EscapedValue(NamedTuple):
    """A value between two braces, which is text."""

    name: str
    text: str
    span: Span


def find_escaped_values(workflow: Workflow, task: Task) -> Iterator[EscapedValue]:
    """Yield what is written ``{{name}}`` in ``task``, where ``name`` is a value."""
    loop = workflow.loop_around(task)
    values = {value.name for value in (*workflow.inputs, *workflow.constants)}
    if loop is not None:
        values |= {"iteration", *(param.name for param in loop.params)}
    for setting in task.settings.values():
        span = setting.term.span
        written = workflow.source.text[span.start : span.end]
        if "{{" not in written or _OF_PYTHON.search(written):
            continue
        for match in _ESCAPED.finditer(written):
            name = match[1]
            if name in (workflow.tasks if match[2] else values) and not is_set(name, written):
                at = Span(span.start + match.start(), span.start + match.end())
                yield EscapedValue(name, f"{{{name}{match[2] or ''}}}", at)


def is_set(name: str, command: str) -> bool:
    """True if a command gives ``name`` a value itself."""
    return bool(re.search(rf"\b{name}=|\b(?:read|for) {name}\b", command))


def _without_single_quotes(text: str) -> str:
    """Return ``text`` without the parts that a shell takes as they are."""
    return "".join(m[0] for m in PIECE.finditer(text) if m[0][0] not in "'\\")


def find_named_values(workflow: Workflow) -> set[str]:
    """Return the names in commands that ALW614 and ALW624 say how to insert."""
    tasks = workflow.tasks.values()
    names = {name for task in tasks for name, _ in find_shell_variables(task.command)}
    return names | {found.name for task in tasks for found in find_escaped_values(workflow, task)}
