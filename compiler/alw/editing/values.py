"""Values, types and compiled commands as an editor shows them."""

from __future__ import annotations

from ..plan.exec_option import read_exec
from ..plan.model import TaskPlan
from ..semantics.types import Value
from ..targets.idds.epilogue import strip_epilogue

_MOST = 40


def written(value: Value) -> str:
    """Return ``value`` as the language writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        escaped = escaped.replace("{", "{{").replace("}", "}}")
        return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t") + '"'
    return repr(value)


def shorten_text(text: str, most: int = _MOST) -> str:
    """Return ``text``, without its middle if it is long."""
    if len(text) <= most:
        return text
    half = (most - 1) // 2
    return f"{text[: most - 1 - half]}…{text[-half:]}"


def fence(text: str, language: str) -> str:
    """Return ``text`` as a block of code in Markdown, whatever stands in it."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text}\n{fence}"


def code(text: str) -> str:
    """Return ``text`` as code in a line of Markdown."""
    marks = "`"
    while marks in text:
        marks += "`"
    blank = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{marks}{blank}{text}{blank}{marks}"


def command(plan: TaskPlan) -> str | None:
    """Return the command that a task's jobs run, with the engine's placeholders.

    Without the check that is compiled after a learner's command.
    """
    if plan.actuator is not None:
        return f"{plan.actuator.executable} {plan.actuator.arguments}".strip()
    found = read_exec(plan.task_map)
    return found if found is None or not plan.learns else strip_epilogue(found)
