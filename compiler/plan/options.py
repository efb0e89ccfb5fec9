"""Settings of a task as arguments of prun."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..names import did_you_mean
from ..panda.client import Option
from ..rules import OPTION_VALUE, RUN_TIME, Rule
from ..semantics.program import Setting, Task
from ..semantics.terms import (
    Items,
    IterationNumber,
    Known,
    OutputOf,
    ParamValue,
    Template,
    Term,
    Unresolved,
    leaves,
)
from ..semantics.types import BOOL, INT, LIST, as_text
from ..settings import canonical, option
from ..source import Span
from .model import Text

Report = Callable[[Rule, Span, str, str], None]
#: Given to prun by the planner itself.
PLANNED = ("exec", "outDS", "inDS")


class Unusable(Exception):
    """A value that was reported, now or before."""


def prun_settings(task: Task) -> Iterator[tuple[Option, Setting]]:
    """The settings that are options of prun, in the order written."""
    for name, setting in task.settings.items():
        canonical_name = canonical(name, task.learns)
        found = option(canonical_name) if canonical_name else None
        if found is not None:
            yield found, setting


def arguments(
    task: Task, dataset_of: Callable[[OutputOf], str | None], report: Report
) -> tuple[tuple[str, Text | None], ...] | None:
    """The options of ``task`` as prun's arguments; flags have no value.

    :param dataset_of: the name of the dataset of an output.
    :returns: ``None`` if a value was reported.
    """
    result: list[tuple[str, Text | None]] = []
    fine = True
    for found, setting in prun_settings(task):
        if found.name in PLANNED:
            continue
        try:
            result += _argument(found, setting, dataset_of, report)
        except Unusable:
            fine = False
    return tuple(result) if fine else None


def _argument(
    found: Option, setting: Setting, dataset_of: Callable[[OutputOf], str | None], report: Report
) -> Iterator[tuple[str, Text | None]]:
    term = setting.term

    def wrong(message: str, help: str = "", rule: Rule = OPTION_VALUE) -> Unusable:
        report(rule, term.span, f"'{setting.name}' {message}", help)
        return Unusable()

    if isinstance(term, Unresolved):
        raise Unusable
    if found.kind == "flag":
        if term.type != BOOL or not isinstance(term, Known):
            raise wrong(f"is a flag of prun: true or false, not {term.type}")
        if term.value:
            yield found.name, None
        return
    if found.kind == "int":
        if term.type != INT:
            raise wrong(f"takes an int, not {term.type}")
        if not isinstance(term, Known):
            raise wrong(
                "needs a number known before submission",
                "iDDS inserts run-time values into commands and names only",
                RUN_TIME,
            )
        if found.choices and term.value not in found.choices:
            choices = ", ".join(str(choice) for choice in found.choices)
            raise wrong(f"takes one of {choices}")
        yield found.name, (as_text(term.value),)
        return
    if term.type == BOOL:
        raise wrong("takes text or a list, not true or false")
    texts = [_text(item, dataset_of, report) for item in _items(term)]
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


def plain_text(term: Term, report: Report) -> Text:
    """The text of ``term``, for a place where the names of datasets mean nothing.

    :raises Unusable: if it has none, which was reported.
    """
    for leaf in leaves(term):
        if isinstance(leaf, OutputOf):
            report(RUN_TIME, leaf.span, "a stored map reads the datasets that stand in it", "")
            raise Unusable
    return _text(term, lambda output: None, report)


def _items(term: Term) -> tuple[Term, ...]:
    return term.items if isinstance(term, Items) else (term,)


def _text(term: Term, dataset_of: Callable[[OutputOf], str | None], report: Report) -> Text:
    match term:
        case Known():
            return (as_text(term.value),)
        case ParamValue() | IterationNumber():
            return (term,)
        case OutputOf():
            name = dataset_of(term)
            if name is None:
                raise Unusable
            return (name,)
        case Template():
            parts: list[str | ParamValue | IterationNumber] = []
            for part in term.parts:
                parts += (part,) if isinstance(part, str) else _text(part, dataset_of, report)
            return tuple(parts)
        case Unresolved():
            raise Unusable
    if term.type == LIST:
        report(OPTION_VALUE, term.span, "a list in a list", "")
    else:
        report(RUN_TIME, term.span, "iDDS inserts values but computes nothing", "")
    raise Unusable
