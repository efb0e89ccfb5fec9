"""Settings of a task as arguments of prun."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..diagnostics.diagnostic import Edit, Failed, Fix
from ..diagnostics.rules import OPTION_VALUE, RUN_TIME_VALUE, Rule
from ..panda.attributes import option
from ..panda.client import Option
from ..semantics.expr import (
    ErrorExpr,
    IterationNumber,
    Known,
    OutputOf,
    ParamValue,
    Template,
    TypedExpr,
    items_of,
)
from ..semantics.program import Setting, Task
from ..semantics.types import BOOL, INT, LIST, as_text
from ..text.suggest import did_you_mean
from .marked_text import MarkedText
from .plan_context import Arguments, PlanContext

#: Usual words for true and false.
_FLAGS = {
    "true": "true", "yes": "true", "on": "true",
    "false": "false", "no": "false", "off": "false",
}  # fmt: skip
#: Given to prun by the planner itself.
PLANNED = ("exec", "outDS", "inDS")


class Unusable(Exception):
    """A value without a text; carries the :class:`Failed` that explains it."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed)
        self.failed = failed


def prun_settings(task: Task) -> Iterator[tuple[Option, Setting]]:
    """Yield the settings that are options of prun, in the order written."""
    for name, setting in task.settings.items():
        found = option(name)
        if found is not None:
            yield found, setting


def arguments(context: PlanContext, task: Task) -> Arguments | Failed:
    """Return the options of ``task`` as prun's arguments; flags have no value."""
    result: list[tuple[str, MarkedText | None]] = []
    failed: Failed | None = None
    for found, setting in prun_settings(task):
        if found.name in PLANNED:
            continue
        try:
            result += _argument(context, found, setting)
        except Unusable as unusable:
            failed = failed or unusable.failed
    return failed or tuple(result)


def _argument(
    context: PlanContext, found: Option, setting: Setting
) -> Iterator[tuple[str, MarkedText | None]]:
    term = setting.term

    def wrong(message: str, help: str = "", rule: Rule = OPTION_VALUE) -> Unusable:
        text = _as_wanted(found, term) if rule is OPTION_VALUE and not help else None
        fix = Fix(f"write {text}", (Edit(term.span, text),)) if text else None
        message = f"'{setting.name}' {message}"
        return Unusable(
            context.collector.fail(
                rule,
                context.workflow.source,
                term.span,
                message,
                help or (f"write {text}" if text else ""),
                fix=fix if context.workflow.source.text[term.span.start] != "{" else None,
            )
        )

    if isinstance(term, ErrorExpr):
        raise Unusable(context.failed_before(term.span, f"the value of '{setting.name}'"))
    if found.kind == "flag":
        if term.type != BOOL or not isinstance(term, Known):
            raise wrong(f"is a flag: true or false, not {term.type}")
        if term.value:
            yield found.name, None
        return
    if found.kind == "int":
        if term.type != INT:
            raise wrong(f"takes an int, not {term.type}")
        if not isinstance(term, Known):
            raise wrong(
                "needs a number known before submission",
                f"{context.capabilities.title} inserts run-time values only into commands and "
                "names",
                RUN_TIME_VALUE,
            )
        if found.choices and term.value not in found.choices:
            choices = ", ".join(str(choice) for choice in found.choices)
            raise wrong(f"takes one of {choices}")
        yield found.name, (as_text(term.value),)
        return
    if term.type == BOOL:
        raise wrong("takes text or a list, not true or false")
    texts = [_text(context, item) for item in items_of(term)]
    if found.choices:
        for text in texts:
            value = "".join(str(part) for part in text)
            if value not in found.choices:
                known = [str(choice) for choice in found.choices]
                raise wrong(f"cannot be '{value}'", did_you_mean(value, known))
    if found.kind == "list":
        for text in texts:
            yield found.name, text
    else:
        joined: list[str | ParamValue | IterationNumber] = []
        for text in texts:
            joined += [",", *text] if joined else text
        yield found.name, tuple(joined)


def _as_wanted(found: Option, term: TypedExpr) -> str | None:
    """Return the value of ``term`` as a flag or a number, if it means one."""
    if not isinstance(term, Known):
        return None
    value = as_text(term.value).strip()
    if found.kind == "flag":
        return {"1": "true", "0": "false"}.get(value, _FLAGS.get(value.lower()))
    if found.kind == "int" and term.type != BOOL:
        number = re.fullmatch(r"([+-]?\d{1,18})(?:\.0)?", value)
        chosen = int(number[1]) if number else None
        return number[1] if number and (not found.choices or chosen in found.choices) else None
    return None


def _text(context: PlanContext, term: TypedExpr) -> MarkedText:
    match term:
        case Known():
            return (as_text(term.value),)
        case ParamValue() | IterationNumber():
            return (term,)
        case OutputOf():
            name = context.dataset_of(term)
            if isinstance(name, Failed):
                raise Unusable(name)
            return (name,)
        case Template():
            parts: list[str | ParamValue | IterationNumber] = []
            for part in term.parts:
                parts += (part,) if isinstance(part, str) else _text(context, part)
            return tuple(parts)
        case ErrorExpr():
            raise Unusable(context.failed_before(term.span, "a value"))
    if term.type == LIST:
        raise Unusable(context.fail(OPTION_VALUE, term.span, "a list inside a list"))
    raise Unusable(
        context.fail(
            RUN_TIME_VALUE,
            term.span,
            f"{context.capabilities.title} inserts values, it does not compute",
        )
    )
