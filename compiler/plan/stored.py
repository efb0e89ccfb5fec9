"""Tasks from a stored task parameter map, as the seed makes them.

A map of a task that exists is taken as it is.  Literal parts of its command are replaced, in
``cliParams`` and, URL-quoted, in the values of ``jobParameters``; then its datasets are renamed,
so that no two tasks, and no two iterations, share them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ..diagnostics import Failed, Label
from ..panda.faults import faults
from ..places import Located, located
from ..rules import HOSTILE, OPTION_VALUE, OUTPUT, REPLACEMENT, RESERVED, STORED
from ..semantics.expressions import known_text
from ..semantics.program import Replacement, Task
from ..semantics.terms import Known, OutputOf, Unresolved, leaves
from ..semantics.types import HARMLESS, STRING, brief, same
from ..source import Source, Span, Unreadable
from .desk import Desk
from .model import Placeholders, Text, render
from .options import plain_text, prun_settings
from .renaming import renamed

#: How many faults of one map are told.
_MOST_FAULTS = 5


@dataclass(frozen=True, slots=True)
class StoredMap:
    """A map that can be used."""

    source: Source
    found: Located

    @property
    def dataset(self) -> str:
        """The name of the task, without the trailing slash: prun's ``outDS``."""
        name: str = self.found.value["taskName"]
        return name.removesuffix("/")


def stored_map(desk: Desk, task: Task) -> StoredMap | Failed:
    """Return the map that ``task`` names."""
    _report_surplus(desk, task)
    setting = task.settings["map"]
    span = setting.term.span
    path = known_text(setting.term)
    if path is None or not same(setting.term.type, STRING):
        if isinstance(setting.term, Unresolved):
            return desk.failed_before(span, "the name of the map")
        return desk.fail(OPTION_VALUE, span, "'map' is the name of a file, known before submission")
    try:
        source = desk.reader(desk.workflow.source, path)
    except Unreadable as error:
        help = "a map is a JSON file in the folder of the source or below it"
        return desk.fail(STORED, span, f"cannot read {brief(path)}: {error}", help)
    faults = _Faults(desk, source, span)
    try:
        found = located(source.text)
    except json.JSONDecodeError as error:
        return faults.fail(Span(error.pos, error.pos + 1), f"it is not JSON: {error.msg}")
    except RecursionError:
        return faults.fail(Span(0, 1), "it nests too deeply")
    return faults.look(found) or StoredMap(source, found)


class _Faults:
    """Reports what is wrong with the file of a map."""

    def __init__(self, desk: Desk, source: Source, used: Span) -> None:
        self._desk = desk
        self._source = source
        self._used = used

    def fail(self, span: Span, message: str) -> Failed:
        label = Label(self._desk.workflow.source, self._used, "used here")
        return self._desk.collector.fail(STORED, self._source, span, message, "", [label])

    def look(self, found: Located) -> Failed | None:
        """Report why PanDA would not take the map."""
        failed: Failed | None = None
        for fault in faults(found.value)[:_MOST_FAULTS]:
            failed = self.fail(found.at(*fault.path), fault.message)
        return failed


def _report_surplus(desk: Desk, task: Task) -> None:
    """Report what the map holds itself."""
    for option, setting in prun_settings(task):
        if option.name != "outDS":
            desk.report(
                RESERVED,
                setting.name_span,
                f"'{setting.name}' of '{task.name}' stands in its stored map",
                'change a part of the command: replace "OLD" with "NEW"; or leave the map out',
                (task.settings["map"].name_span, "the map"),
            )


def adapted(
    desk: Desk, task: Task, stored: StoredMap, dataset: str, placeholders: Placeholders
) -> dict[str, Any] | Failed:
    """Return the map of ``task``: its command's parts replaced, its datasets renamed.

    :param dataset: the new ``outDS``, with the target's placeholders.
    """
    made = deepcopy(stored.found.value)
    failed: Failed | None = None
    for replacement in task.replacements:
        text = _new_text(desk, replacement)
        if isinstance(text, Failed):
            failed = text
        else:
            failed = _replace(desk, stored, made, replacement, text, placeholders) or failed
    return failed or renamed(made, stored.dataset, dataset)


def report_missing_outputs(desk: Desk, task: Task, users: Iterable[str]) -> Failed | None:
    """Report the uses of outputs that the stored map of ``task`` does not have.

    :param users: the tasks that may use them.
    """
    count = len(desk.datasets[task.name])
    failed: Failed | None = None
    for other in users:
        for leaf in desk.workflow.tasks[other].leaves:
            if isinstance(leaf, OutputOf) and leaf.task == task.name and leaf.index >= count:
                failed = desk.fail(
                    OUTPUT,
                    leaf.span,
                    f"the map of '{task.name}' has no output {leaf.index}",
                    f"outputs count from 0; it has {count or 'none'}",
                    (task.settings["map"].term.span, "the map"),
                )
    return failed


def _new_text(desk: Desk, replacement: Replacement) -> Text | Failed:
    for leaf in leaves(replacement.new):
        if isinstance(leaf, Known) and same(leaf.type, STRING) and leaf is not replacement.new:
            value = str(leaf.value)
            if not HARMLESS.match(value) or value.startswith("-"):
                return desk.fail(
                    HOSTILE,
                    leaf.span,
                    f"the value {brief(value)} would change the words of the command",
                    "in a stored map, values are made of letters, digits and _ @ + = : , . / -",
                )
    return plain_text(desk, replacement.new)


def _replace(
    desk: Desk,
    stored: StoredMap,
    made: dict[str, Any],
    replacement: Replacement,
    text: Text,
    placeholders: Placeholders,
) -> Failed | None:
    """Replace a part of the command in both places; fail unless it is there as often as meant."""
    old, new = replacement.old, render(text, placeholders)
    # a part may begin anywhere but inside of an escape: "200" is no part of "%200.5"
    quoted = re.compile(rf"(?<!%)(?<!%[0-9A-F]){re.escape(quote(old))}")
    found = {
        number: len(quoted.findall(item["value"]))
        for number, item in enumerate(made["jobParameters"])
        if isinstance(item.get("value"), str)
    }
    cli: str = made.get("cliParams", "")
    counts = cli.count(old), sum(found.values())
    if counts != (replacement.times, replacement.times):
        items = [n for n, count in found.items() if count]
        return _report_counts(desk, stored, replacement, counts, items)
    if cli:
        made["cliParams"] = cli.replace(old, new)
    for number, count in found.items():
        if count:
            item = made["jobParameters"][number]
            item["value"] = quoted.sub(quote(new), item["value"])
    return None


def _report_counts(
    desk: Desk,
    stored: StoredMap,
    replacement: Replacement,
    counts: tuple[int, int],
    items: Sequence[int],
) -> Failed:
    root = stored.found
    places = [(root.keys.get("cliParams"), counts[0])]
    places += [(root.at("jobParameters", n, "value"), counts[1]) for n in items[:3]]
    if not items:
        places.append((root.keys["jobParameters"], 0))
    return desk.collector.fail(
        REPLACEMENT,
        desk.workflow.source,
        replacement.old_span,
        f"{brief(replacement.old)} stands {_times(counts[0])} in 'cliParams' and "
        f"{_times(counts[1])}, URL-quoted, in 'jobParameters', not {_times(replacement.times)} "
        "in each",
        "write as much of the command as is needed to tell it from the rest, or how often it is "
        "meant: replace … with … N times"
        if min(counts) > replacement.times
        else "compare it with the map, character by character",
        [Label(stored.source, span, _times(count)) for span, count in places if span],
    )


def _times(number: int) -> str:
    return {0: "nowhere", 1: "once", 2: "twice"}.get(number, f"{number} times")
