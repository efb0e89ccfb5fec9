"""The map that prun has made of a task, as PanDA and the engine take it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ..diagnostics.diagnostic import Failed
from ..diagnostics.rules import (
    NOT_REPLACED,
    OPTION_VALUE,
    OUTPUTS,
    RESERVED_TEXT,
    UNRUNNABLE_COMMAND,
    UNSAFE_VALUE,
    VALUE_TOO_LONG,
)
from ..panda.attributes import option, spell
from ..panda.maps import output_datasets
from ..panda.shapes import find_misshapen
from ..semantics.expr import Known, ParamValue, Template, TypedExpr, items_of, leaves, pieces
from ..semantics.expressions import known_text
from ..semantics.program import Task
from ..semantics.types import INT, MOST_LETTERS, STRING, as_text, brief, same
from ..text.source import Span
from .column_widths import MOST_BYTES, command_line, find_too_long
from .marked_text import has_only_proper_marks, render
from .naming import DatasetName, UnusableName, check_containers
from .options import PLANNED, prun_settings
from .plan_context import PlanContext

#: Keys of a map that do not say what they hold.
_MEANT = {"dsForIN": "dataset", "vo": "virtual organisation", "excludedSite": "site"}
#: The most characters of a number or of a bool.
_NUMBER = 25
#: In an output's name prun reads a comma, a colon, a blank, ``*`` and ``|`` as more than that.
_PART_OF_A_NAME = re.compile(r"[A-Za-z0-9._-]*\Z")


def check_acceptance(
    context: PlanContext,
    task: Task,
    name: DatasetName,
    made: Mapping[str, Any],
) -> Failed | None:
    """Report why PanDA would not take the map of ``task``, or the engine not fill in a mark."""
    longest, placeholders = context.workflow.last_iteration_of(task), context.placeholders
    outputs = output_datasets(made)
    logs = [made["log"]["dataset"]] if "log" in made else []
    named = task.settings.get("outputs")
    if named and any(isinstance(leaf, ParamValue) for leaf in leaves(named.term)):
        return context.failed_before(named.term.span, f"the names of the outputs of '{task.name}'")
    try:
        check_containers(name, task, longest, [*outputs, *logs], placeholders)
    except UnusableName as problem:
        return context.fail(*problem.args)
    if failed := _check_outputs(context, task, outputs) or _check_marks(context, task):
        return failed
    for key, value in find_misshapen(made, partial(_fill_in, context)):
        return context.fail(
            OPTION_VALUE,
            _find_origin(task, value, "inDS" if key == "dsForIN" else ""),
            f"PanDA accepts no {_MEANT.get(key, key)} like {brief(value)}"
            if isinstance(value, str)
            else f"PanDA does not accept {value} as {key}",
            "write it without spaces, quotes and other special characters"
            if isinstance(value, str)
            else "give a larger number, or remove it",
        )
    for key, value, length, width in find_too_long(made):
        return context.fail(
            VALUE_TOO_LONG,
            _find_origin(task, value),
            f"'{spell(key)}' of '{task.name}' has {length} bytes, PanDA's database has "
            f"room for {width}",
            "shorten it",
        )
    length = command_line(made, _find_lengths(context))
    if length > MOST_BYTES:
        setting = task.settings.get("exec") or task.settings.get("map")
        return context.fail(
            UNRUNNABLE_COMMAND,
            setting.term.span if setting else task.head,
            f"the command line of '{task.name}' may have {length:,} bytes, a shell takes about "
            f"{MOST_BYTES:,}",
            "put the command into a script",
        )
    for what in placeholders.find_mistaken(made, render(name.text, placeholders)):
        return context.fail(
            RESERVED_TEXT,
            _find_origin(task, what),
            f"{context.capabilities.title} would replace {brief(what)} in the map of '{task.name}'",
            "remove it, or give the task another dataset",
        )
    for key in placeholders.find_unfilled(made):
        at = task.settings.get(key)
        return context.fail(
            NOT_REPLACED,
            at.term.span if at else task.head,
            f"'{task.name}' needs a value of the loop in '{spell(key)}', where "
            f"{context.capabilities.title} inserts nothing",
            "use run-time values only in commands and dataset names",
        )
    return None


def _fill_in(context: PlanContext, text: str) -> str:
    """Return ``text`` with a number in the place of each mark."""
    for mark in _find_lengths(context):
        text = text.replace(mark, "1")
    return text


def _find_lengths(context: PlanContext) -> dict[str, int]:
    """Return the greatest lengths of the loop's values, by their placeholders."""
    loops, placeholders = context.workflow.loops, context.placeholders
    if not loops:
        return {}
    lengths = {
        placeholders.param(param.name): MOST_LETTERS if same(param.type, STRING) else _NUMBER
        for loop in loops
        for param in loop.params
    }
    return {placeholders.iteration(): len(str(context.workflow.last_iteration)), **lengths}


def _check_marks(context: PlanContext, task: Task) -> Failed | None:
    """Report an option in which the engine or prun would read more than one thing."""
    for found, setting in prun_settings(task):
        texts = () if found.name == "exec" else map(_split_text, items_of(setting.term))
        if not all(has_only_proper_marks(text, context.placeholders) for text in texts):
            return context.fail(
                RESERVED_TEXT,
                setting.term.span,
                context.capabilities.reserved_text,
                "remove it",
            )
        if found.name in ("exec", "bexec", "outputs") or found.kind not in ("string", "list"):
            continue
        for term in items_of(setting.term):
            for value in _find_inserted(context, term) if found.name == "secondaryDSs" else ():
                if re.search(r"[,:\s]", str(value.value)):
                    return context.fail(
                        UNSAFE_VALUE,
                        value.span,
                        f"the value {brief(value.value)} would be more than one dataset name",
                        f"in '{setting.name}' commas and colons are separators: write them "
                        "there, not in the value",
                    )
    return None


def _check_outputs(context: PlanContext, task: Task, outputs: list[str]) -> Failed | None:
    setting = task.settings.get("outputs")
    span = setting.term.span if setting else task.head
    doubled = [output for output in outputs if outputs.count(output) > 1]
    if doubled:
        return context.fail(
            OUTPUTS,
            span,
            f"'{task.name}' writes two outputs to '{doubled[0]}'; PanDA would skip one",
            "give them different names",
        )
    for term in items_of(setting.term) if setting else ():
        for value in _find_inserted(context, term):
            if not _PART_OF_A_NAME.match(str(value.value)):
                return context.fail(
                    UNSAFE_VALUE,
                    value.span,
                    f"the value {brief(value.value)} would be more than part of a file name",
                    "a file name consists of letters, digits and . - _",
                )
        if known_text(term) == "":
            return context.fail(OUTPUTS, term.span, "an output needs a name", "leave it out")
        for file in (known_text(term) or "").split(","):
            if re.search(r"\s", file.strip()):
                return context.fail(
                    OUTPUTS,
                    term.span,
                    f"prun removes the spaces from '{file.strip()}', and no job would write such "
                    "a file",
                    "give the file a name without spaces",
                )
    return None


def _split_text(term: TypedExpr) -> Iterator[object]:
    """Yield the parts of the text of an option."""
    for part in pieces(term):
        yield as_text(part.value) if isinstance(part, Known) else part


def _find_inserted(context: PlanContext, term: TypedExpr) -> list[Known]:
    """Return the values in ``term`` that are not written there."""
    parts = term.parts if isinstance(term, Template) else (term,)
    text = context.workflow.source.text
    return [p for p in parts if isinstance(p, Known) and text[p.span.start] != '"']


def find_options(message: str) -> list[str]:
    """Return the options that a message of prun names."""
    return re.findall(r"--(\w+)", message)


def explain_spelling(message: str) -> str:
    """Return a help text that says how the options in a message of prun are written here."""
    known = {name: spell(name) for name in find_options(message) if option(name)}
    pairs = [f"--{name} is written {ours}" for name, ours in known.items() if name != ours]
    return "; ".join(pairs)


def find_blamed(task: Task, message: str) -> Span:
    """Return the setting that a message of prun is about, by its option or text; or the head."""
    settings = list(prun_settings(task))
    settings.sort(key=lambda pair: pair[0].name == "exec")  # its text says least
    for dashes in ("--", r"\b"):
        for found, setting in settings:
            if found.name not in PLANNED and re.search(rf"{dashes}{found.name}\b", message):
                return setting.term.span
    for _, setting in settings:
        for term in items_of(setting.term):
            text = known_text(term)
            if text and len(text) > 2 and re.search(rf"(?<!\w){re.escape(text)}(?!\w)", message):
                return term.span
    return task.head


def _find_origin(task: Task, value: str | int, option: str = "") -> Span:
    """Return the setting that gives a map ``value``; the task's head if none does."""
    if option in task.settings:
        return task.settings[option].term.span
    for _, setting in prun_settings(task):
        term = setting.term
        if isinstance(value, int):
            if isinstance(term, Known) and term.value == value and term.type == INT:
                return term.span
        elif (text := known_text(term)) and text in value:
            return term.span
    return task.head
