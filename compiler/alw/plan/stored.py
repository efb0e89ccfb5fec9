"""Tasks from a stored task parameter map, as the seed makes them.

A map of a task that exists is taken as it is.  Literal parts of its command are replaced, in
``cliParams`` and, URL-quoted, in the values of ``jobParameters``; then its datasets are renamed, so
that no two tasks, and no two iterations, share them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from ..diagnostics.diagnostic import Failed, Label
from ..diagnostics.rules import (
    NO_SUCH_OUTPUT,
    OPTION_VALUE,
    RESERVED_OPTION,
    RESERVED_TEXT,
    STORED_MAP,
)
from ..panda.faults import find_faults
from ..prun.options import prun_settings
from ..prun.plan_context import PlanContext
from ..semantics.expr import ErrorExpr, OutputOf
from ..semantics.expressions import known_text
from ..semantics.program import Task
from ..semantics.types import STRING, brief, same
from ..text.json_spans import SpannedValue, parse_with_spans
from ..text.source import Source, Span, Unreadable
from .renaming import rename_datasets
from .replacing import replace_parts

Path = tuple[str | int, ...]
#: How many faults of one map are told.
_MOST_FAULTS = 5


@dataclass(frozen=True, slots=True)
class StoredMap:
    """A map that can be used."""

    source: Source
    found: SpannedValue

    @property
    def dataset(self) -> str:
        """The name of the task, without the trailing slash: prun's ``outDS``."""
        name: str = self.found.value["taskName"]
        return name.removesuffix("/")


def read_stored_map(context: PlanContext, task: Task) -> StoredMap | Failed:
    """Return the map that ``task`` names."""
    _report_surplus(context, task)
    setting = task.settings["map"]
    span = setting.term.span
    path = known_text(setting.term)
    if path is None or not same(setting.term.type, STRING):
        if isinstance(setting.term, ErrorExpr):
            return context.failed_before(span, "the name of the map")
        return context.fail(OPTION_VALUE, span, "'map' must be a file name known before submission")
    try:
        source = context.reader(context.workflow.source, path)
    except Unreadable as error:
        help = "a map is a JSON file in the folder of the source or below"
        return context.fail(STORED_MAP, span, f"cannot read {brief(path)}: {error}", help)
    faults = _Faults(context, source, span)
    try:
        found = parse_with_spans(source.text)
    except json.JSONDecodeError as error:
        return faults.fail(Span(error.pos, error.pos + 1), f"it is not JSON: {error.msg}")
    except RecursionError:
        return faults.fail(Span(0, 1), "it is nested too deeply")
    return faults.look(found) or StoredMap(source, found)


class _Faults:
    """Reports what is wrong with the file of a map."""

    def __init__(self, context: PlanContext, source: Source, used: Span) -> None:
        self._context = context
        self._source = source
        self._used = used

    def fail(self, span: Span, message: str) -> Failed:
        label = Label(self._context.workflow.source, self._used, "used here")
        return self._context.collector.fail(STORED_MAP, self._source, span, message, "", [label])

    def look(self, found: SpannedValue) -> Failed | None:
        """Report why PanDA would not take the map."""
        failed: Failed | None = None
        for fault in find_faults(found.value)[:_MOST_FAULTS]:
            failed = self.fail(found.at(*fault.path), fault.message)
        return failed


def _report_surplus(context: PlanContext, task: Task) -> None:
    """Report what the map holds itself."""
    for option, setting in prun_settings(task):
        if option.name != "outDS" and not isinstance(setting.term, ErrorExpr):
            context.report(
                RESERVED_OPTION,
                setting.name_span,
                f"'{setting.name}' of '{task.name}' is already set by its stored map",
                'change a part of the command: replace "OLD" with "NEW"; or leave the map out',
                (task.settings["map"].name_span, "the map"),
            )


def adapt_map(
    context: PlanContext, task: Task, stored: StoredMap, dataset: str
) -> dict[str, Any] | Failed:
    """Return the map of ``task``: its command's parts replaced, its datasets renamed.

    :param dataset: the new ``outDS``, with the target's placeholders.
    """
    for path, text in _walk_texts(stored.found.value):
        if context.placeholders.reserved.search(text):
            used = Label(context.workflow.source, task.settings["map"].term.span, "used here")
            return context.collector.fail(
                RESERVED_TEXT,
                stored.source,
                stored.found.at(*path),
                context.capabilities.reserved_text,
                "use the map of a submitted task, without placeholders",
                [used],
            )
    made = replace_parts(context, task, stored, deepcopy(stored.found.value))
    if isinstance(made, Failed):
        return made
    return rename_datasets(made, stored.dataset, dataset)


def _walk_texts(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield the strings in a map, and the path to each."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _walk_texts(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _walk_texts(item, (*path, number))


def report_missing_outputs(context: PlanContext, task: Task, users: Iterable[str]) -> Failed | None:
    """Report the uses of outputs that the stored map of ``task`` does not have.

    :param users: the tasks that may use them.
    """
    count = len(context.datasets[task.name])
    failed: Failed | None = None
    for other in users:
        for leaf in context.workflow.tasks[other].leaves:
            if isinstance(leaf, OutputOf) and leaf.task == task.name and leaf.index >= count:
                failed = context.fail(
                    NO_SUCH_OUTPUT,
                    leaf.span,
                    f"the map of '{task.name}' has no output {leaf.index}",
                    f"outputs are numbered from 0; it has {count or 'none'}",
                    (task.settings["map"].term.span, "the map"),
                )
    return failed
