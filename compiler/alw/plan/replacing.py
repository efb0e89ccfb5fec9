"""Replace parts of the command of a stored map.

A part is replaced in ``cliParams`` and, URL-quoted, in the values of ``jobParameters``.  The
command that comes of it is checked as one that is written with ``exec``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from ..diagnostics.diagnostic import Collector, Failed, Label
from ..diagnostics.rules import ACCIDENTAL_PLACEHOLDER, REPLACEMENT, RUN_TIME_VALUE, UNSAFE_VALUE
from ..prun.command import command_parts, end_safely, flatten
from ..prun.plan_context import PlanContext
from ..prun.shell_reader import RESERVED
from ..semantics.expr import (
    Items,
    Known,
    OutputOf,
    TypedExpr,
    leaves,
)
from ..semantics.program import MapChange, Task
from ..semantics.types import HARMLESS, STRING, as_text, brief, same
from ..text.source import Span
from .inserted_values import InsertedValues, Map, known_part

if TYPE_CHECKING:
    from .stored import StoredMap

#: What JEDI replaces, in a value that is not unquoted.
_TEMPLATE = re.compile(r"\$\{[^}]*\}")
#: The beginning of a word that means nothing else to a shell.
_WORD = re.compile(r"[\w./:+@,-]+")
#: What prun replaces before it submits a task (pandaclient/PsubUtils.py,
#: ``convertParamStrToJediParam``); a stored map is submitted without it.
_PRUNS = re.compile(r"%(?:(?:RNDM|DB|FIRSTEVENT)[:=]|SKIPEVENTS|MAXEVENTS|SEGMENT_NAME)")


def replace_parts(context: PlanContext, task: Task, stored: StoredMap, made: Map) -> Map | Failed:
    """Return ``made`` with the parts of its command replaced.

    :param made: a copy of the stored map.
    """
    failed: Failed | None = None
    values = InsertedValues(made, task)
    steps = [made]
    for replacement in task.replacements:
        found = _report_unfit(context, replacement)
        if found is None:
            outcome = _replace_part(context, stored, steps[-1], replacement, values)
            if isinstance(outcome, Failed):
                found = outcome
            else:
                steps.append(outcome)
        failed = found or failed
    if failed:
        return failed
    return _report_command(context, task, steps, values) or values.put_into(
        _close_quotes(steps[-1]), context
    )


# One replacement


def _report_unfit(context: PlanContext, replacement: MapChange) -> Failed | None:
    """Report a new text that no command of a stored map can hold."""
    new = replacement.new
    if isinstance(new, Items):
        return context.fail(RUN_TIME_VALUE, new.span, "a list cannot be part of a command")
    for leaf in leaves(new):
        if isinstance(leaf, OutputOf):
            message = "a stored map reads only the datasets that it already has"
            return context.fail(RUN_TIME_VALUE, leaf.span, message)
    for part in flatten(new):
        if isinstance(part, Known):
            value = as_text(part.value)
            if same(part.type, STRING) and (not HARMLESS.match(value) or value.startswith("-")):
                return context.fail(
                    UNSAFE_VALUE,
                    part.span,
                    f"the value {brief(value)} would change the words of the command",
                    "in a stored map, values consist of letters, digits and _ @ + = : , . / -",
                )
    return None


def _replace_part(
    context: PlanContext,
    stored: StoredMap,
    made: Map,
    replacement: MapChange,
    values: InsertedValues,
) -> Map | Failed:
    """Replace a part of the command in both places; fail unless it is there as often as meant."""
    old, new = replacement.old, values.text(replacement.new)
    # a part may begin anywhere but inside of an escape: "200" is no part of "%200.5"
    quoted = re.compile(rf"(?<!%)(?<!%[0-9A-F]){re.escape(quote(old))}")
    items: list[dict[str, Any]] = made["jobParameters"]
    found = {
        number: len(quoted.findall(item["value"]))
        for number, item in enumerate(items)
        if isinstance(item.get("value"), str)
    }
    cli: str = made.get("cliParams", "")
    counts = cli.count(old), sum(found.values())
    if counts != (replacement.times, replacement.times):
        holders = [n for n, count in found.items() if count]
        return _report_counts(context, stored, replacement, counts, holders)
    inside = _find_command_items(items)
    outside = [number for number, count in found.items() if count and number not in inside]
    if outside:
        text = "".join(
            part if isinstance(part, str) else known_part(part) if isinstance(part, Known) else "0"
            for part in flatten(replacement.new)
        )
        if not HARMLESS.match(text.replace(" ", "")):
            return context.fail(
                UNSAFE_VALUE,
                replacement.new.span,
                f"{brief(old)} is outside the command, where nothing quotes {brief(text)}",
                "allowed there are letters, digits and _ @ + = : , . / -",
            )
        empty = next(
            (p for p in flatten(replacement.new) if isinstance(p, Known) and not known_part(p)),
            None,
        )
        if empty and any(_loses_word(items[n]["value"], quoted, quote(text)) for n in outside):
            return context.fail(
                UNSAFE_VALUE,
                empty.span,
                f"an empty value in the place of {brief(old)} would take a word from the line",
                "in a stored map, write some text before it",
            )
    changed = [
        {**item, "value": quoted.sub(quote(new), item["value"])} if found.get(number) else item
        for number, item in enumerate(items)
    ]
    return {
        **made,
        **({"cliParams": cli.replace(old, new)} if cli else {}),
        "jobParameters": changed,
    }


def _loses_word(value: str, old: re.Pattern[str], new: str) -> bool:
    """Return whether a text has fewer words with ``new`` than with something that is not empty."""
    return len(old.sub(lambda _: new, value).split()) < len(old.sub(f"x{new}", value).split())


def _report_counts(
    context: PlanContext,
    stored: StoredMap,
    replacement: MapChange,
    counts: tuple[int, int],
    items: Sequence[int],
) -> Failed:
    root = stored.found
    places = [(root.keys.get("cliParams"), counts[0])]
    places += [(root.at("jobParameters", n, "value"), counts[1]) for n in items[:3]]
    if not items:
        places.append((root.keys["jobParameters"], 0))
    return context.collector.fail(
        REPLACEMENT,
        context.workflow.source,
        replacement.old_span,
        f"{brief(replacement.old)} occurs {_count_times(counts[0])} in 'cliParams' and "
        f"{_count_times(counts[1])}, URL-quoted, in 'jobParameters', not "
        f"{_count_times(replacement.times)} in each",
        "quote more of the command to make it unique, or say how often it occurs: "
        "replace … with … N times"
        if min(counts) > replacement.times
        else "compare it with the map, character by character",
        [Label(stored.source, span, _count_times(count)) for span, count in places if span],
    )


def _count_times(number: int) -> str:
    return {0: "nowhere", 1: "once", 2: "twice"}.get(number, f"{number} times")


# The whole command


def _find_command_items(items: Sequence[Mapping[str, Any]]) -> range:
    """Return the numbers of the items of ``jobParameters`` that a wrapper unquotes: the command."""
    values = [item.get("value") for item in items]
    for opening in ('-p "', '-j "'):
        if opening in values:
            start = values.index(opening) + 1
            if '"' in values[start:]:
                return range(start, values.index('"', start))
    return range(0)


def _unquote_command(made: Map) -> str:
    """Return the command of a map, unquoted, with a digit for each number that JEDI puts in."""
    items = made["jobParameters"]
    text = "".join(items[number].get("value", "") for number in _find_command_items(items))
    return unquote(_TEMPLATE.sub("0", text))


def _close_quotes(made: Map) -> Map:
    """Return ``made`` with a blank after its command if the wrapper's quotes need one."""
    inside = _find_command_items(made["jobParameters"])
    if not inside or end_safely(command := _unquote_command(made)) == command:
        return made
    items = list(made["jobParameters"])
    items[inside[-1]] = {**items[inside[-1]], "value": items[inside[-1]]["value"] + quote(" ")}
    return {**made, "jobParameters": items}


def _report_command(
    context: PlanContext, task: Task, steps: Sequence[Map], values: InsertedValues
) -> Failed | None:
    """Report a command that could not run, or not as it is meant, with its parts replaced.

    :param steps: the map before, and with each further replacement.
    """
    if len(steps) < 2 or not _find_command_items(steps[0]["jobParameters"]):
        return None
    blamed = len(steps)
    for number in reversed(range(len(steps))):
        scratch = PlanContext(context.workflow, Collector(), context.capabilities, context.reader)
        if _find_fault(scratch, steps[0], steps[number], values, task.head) is None:
            break
        blamed = number
    if blamed == len(steps):
        return None
    # what is wrong from the start is the map's fault
    at = task.replacements[blamed - 1].new if blamed else task.settings["map"].term
    return _find_fault(context, steps[0], steps[-1], values, at.span)


def _find_fault(
    context: PlanContext, first: Map, made: Map, values: InsertedValues, span: Span
) -> Failed | None:
    command = _unquote_command(made)
    term = values.term(command, span)
    parts = command_parts(context, term)
    if isinstance(parts, Failed):
        return parts
    following = [*list(flatten(term))[1:], ""]
    for part, meant, after in zip(parts, flatten(term), following, strict=True):
        if part == "''" and _is_continued(after):
            continue  # an empty value, and the text after it is the word
        if isinstance(meant, Known) and part != as_text(meant.value):
            return context.fail(
                UNSAFE_VALUE,
                meant.span,
                f"the value {brief(meant.value)} would need quotes here",
                "in a stored map, write some text before it",
            )
    if len(found := _PRUNS.findall(command)) > len(_PRUNS.findall(_unquote_command(first))):
        return context.fail(
            ACCIDENTAL_PLACEHOLDER,
            span,
            f"'{found[-1]}' is replaced by prun, which never sees a stored map again",
            "remove the map, and write the whole command with exec",
        )
    return None


def _is_continued(following: str | TypedExpr) -> bool:
    """Return whether a text is, or begins with, a plain part of a word."""
    text = following if isinstance(following, str) else known_part(following)
    word = _WORD.match(text)
    if word is None or word[0] in RESERVED:
        return False
    return not text[word.end() :].startswith("=")
