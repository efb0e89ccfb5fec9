"""Whether PanDA and iDDS take what prun has made of a task."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..panda.maps import output_datasets
from ..rules import NOT_REPLACED, OUTPUTS, WIDTH
from ..semantics.expressions import known_text
from ..semantics.program import Task
from ..semantics.terms import Items, Term
from ..source import Span
from .desk import Desk
from .model import Placeholders
from .naming import DatasetName, Problem, check_containers
from .options import PLANNED, prun_settings
from .widths import too_long


def acceptable(
    desk: Desk,
    task: Task,
    name: DatasetName,
    made: Mapping[str, Any],
    longest: int,
    placeholders: Placeholders,
) -> bool:
    """Whether PanDA takes the map of ``task``, and iDDS fills in every placeholder.

    :param longest: the largest number of the iteration.
    """
    outputs = output_datasets(made)
    logs = [made["log"]["dataset"]] if "log" in made else []
    try:
        check_containers(name, task, longest, [*outputs, *logs], placeholders.iteration())
    except Problem as problem:
        desk.report(*problem.args)
        return False
    if not _outputs(desk, task, outputs):
        return False
    for key, value, length, width in too_long(made):
        desk.report(
            WIDTH,
            _origin(task, value),
            f"'{key}' of '{task.name}' has {length} bytes, PanDA's database has room for {width}",
            "shorten it",
        )
        return False
    for key in placeholders.unfilled(made):
        desk.report(
            NOT_REPLACED,
            task.head,
            f"'{task.name}' needs a value of the loop in '{key}', where iDDS inserts none",
            "use run-time values in the command and in dataset names only",
        )
        return False
    return True


def _outputs(desk: Desk, task: Task, outputs: list[str]) -> bool:
    setting = task.settings.get("outputs")
    span = setting.term.span if setting else task.head
    doubled = [output for output in outputs if outputs.count(output) > 1]
    if doubled:
        desk.report(
            OUTPUTS,
            span,
            f"'{task.name}' writes two outputs to '{doubled[0]}'; PanDA would skip one",
            "name them differently",
        )
        return False
    for term in _items(setting.term) if setting else ():
        for file in (known_text(term) or "").split(","):
            if re.search(r"\s", file.strip()):
                desk.report(
                    OUTPUTS,
                    term.span,
                    f"prun takes the blanks out of '{file.strip()}', and no job would write that",
                    "give the file a name without blanks",
                )
                return False
    return True


def blamed(task: Task, message: str) -> Span:
    """The setting that a message of prun is about, by its option or its text; or the head."""
    settings = list(prun_settings(task))
    for dashes in ("--", r"\b"):
        for option, setting in settings:
            if option.name not in PLANNED and re.search(rf"{dashes}{option.name}\b", message):
                return setting.term.span
    for _, setting in settings:
        for term in _items(setting.term):
            text = known_text(term)
            if text and len(text) > 2 and text in message:
                return term.span
    return task.head


def _items(term: Term) -> tuple[Term, ...]:
    return term.items if isinstance(term, Items) else (term,)


def _origin(task: Task, value: str) -> Span:
    """Where the setting stands that gives a map ``value``; the task's head if none does."""
    for _, setting in prun_settings(task):
        text = known_text(setting.term)
        if text and text in value:
            return setting.term.span
    return task.head
