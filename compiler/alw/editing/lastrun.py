"""The last run on this machine: the values of parameters and of result fields.

``alw run`` leaves them in ``runs/WORKFLOW/history.json`` of the current directory
(:mod:`alw.execution.history` says what they mean).  The file may be half written, edited, or
another program's; then there is nothing to show, which is no error.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, TypeAlias

from ..semantics.types import Value
from .values import code, shorten_text, written

#: Where it is, seen from the directory that ``alw run`` ran in: ``runs/WORKFLOW/history.json``.
FOLDER, FILE = "runs", "history.json"
_ENDS: Mapping[object, str] = {
    "condition": "The loop ended because its condition was false.",
    "bound": "The loop ended at its greatest number of iterations.",
    "done": "All tasks were done.",
    "failure": "The run failed.",
    "cut": "The run was cut short.",
    "interrupted": "The run was interrupted.",
    None: "The run has not ended.",
}
#: So many values are shown, the last one among them.
_MOST = 5
_MOST_WORDS = 200
_MARKUP = frozenset("\\`*_{}[]()<>#|!~&$")


@dataclass(frozen=True, slots=True)
class PastIteration:
    """An iteration.

    :param values: of the loop's parameters.
    :param results: of the learners' fields, by learner and field.
    """

    number: int
    values: Mapping[str, Value]
    results: Mapping[tuple[str, str], Value]


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run of a workflow.

    :param end: how it ended, and what it left out, in Markdown.
    """

    steps: tuple[PastIteration, ...]
    end: str


#: Gives the last run of a workflow by its name.
Runs: TypeAlias = Callable[[str], LastRun | None]


def no_runs(workflow: str) -> LastRun | None:
    """Return nothing: no workflow has been run."""
    return None


def last_run(text: str, file: str, workflow: str) -> LastRun | None:
    """Return what ``text``, a history, says of ``workflow``; ``None`` if it is none of it.

    :param file: the source, seen from the folder that holds ``runs``.
    """
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("workflow") != workflow:
        return None
    origin = said.get("source")
    if isinstance(origin, str) and not _is_same(PurePath(origin), PurePath(file)):
        return None  # a workflow of that name in another file
    steps = tuple(_steps(said.get("iterations")))
    return LastRun(steps, _end(said)) if steps else None


def _is_same(origin: PurePath, path: PurePath) -> bool:
    """True if two paths, perhaps seen from different folders, can be those of one file."""
    return all(a == b for a, b in zip(reversed(origin.parts), reversed(path.parts), strict=False))


def _steps(said: object) -> Iterator[PastIteration]:
    last = 0
    for item in said if isinstance(said, list) else ():
        if not isinstance(item, dict):
            continue
        number = item.get("number")
        if not isinstance(number, int) or isinstance(number, bool) or number <= last:
            continue
        last = number
        yield PastIteration(number, _values(item.get("values")), dict(_results(item.get("tasks"))))


def _values(said: object) -> dict[str, Value]:
    if not isinstance(said, dict):
        return {}
    return {name: value for name, value in said.items() if _is_value(value)}


def _is_value(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, bool | int | str)


def _results(said: object) -> Iterator[tuple[tuple[str, str], Value]]:
    for task in said if isinstance(said, list) else ():
        if isinstance(task, dict) and isinstance(task.get("name"), str):
            for field, value in _values(task.get("result")).items():
                yield (task["name"], field), value


def _end(said: Mapping[str, Any]) -> str:
    end = said.get("end")
    known = _ENDS.get(end, "") if end is None or isinstance(end, str) else ""
    verdict = _sentence("The run has ended:" if end else "So far:", said.get("verdict"))
    sentences = (verdict or known, _sentence("It is a trial:", said.get("limits")))
    return " ".join(sentence for sentence in sentences if sentence)


def _sentence(begun: str, clause: object) -> str:
    """Return a sentence in one line, as Markdown that shows ``clause`` as it is."""
    if not isinstance(clause, str) or not clause.strip():
        return ""
    line = shorten_text(" ".join(clause.split()), _MOST_WORDS).rstrip(".")
    shown = "".join("\\" + c if c in _MARKUP else c for c in line if c.isprintable())
    return f"{begun} {shown}."


# One parameter, one field


def of_param(run: LastRun, name: str, type_name: str) -> list[tuple[int, Value]]:
    """Return the values of a parameter, each with the number of its iteration."""
    found = [(step.number, step.values[name]) for step in run.steps if name in step.values]
    return found if all(_fits(value, type_name) for _, value in found) else []


def of_field(run: LastRun, learner: str, name: str, type_name: str) -> list[tuple[int, Value]]:
    """Return the values of a field of a learner's result, likewise."""
    key = learner, name
    found = [(step.number, step.results[key]) for step in run.steps if key in step.results]
    return found if all(_fits(value, type_name) for _, value in found) else []


def _fits(value: Value, type_name: str) -> bool:
    """Return whether ``value`` has the type: if not, the source was another one then."""
    if isinstance(value, bool) or type_name == "bool":
        return isinstance(value, bool) and type_name == "bool"
    if type_name == "float":
        return isinstance(value, int | float)
    return isinstance(value, int if type_name == "int" else str)


def brief(value: Value) -> str:
    """Return ``value`` as briefly as it can be told beside a parameter."""
    if isinstance(value, float):
        return f"{value:.6g}"
    shown = shorten_text(written(value))
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)


def told(run: LastRun, values: list[tuple[int, Value]]) -> str:
    """Return the first values, the last one, and how the run ended, as Markdown."""
    shown = [code(brief(value)) for _, value in values]
    if len(shown) > _MOST:
        shown = [*shown[: _MOST - 1], "…", shown[-1]]
    first, last = values[0][0], values[-1][0]
    when = f"iteration {first}" if first == last else f"iterations {first} to {last}"
    return f"The last run on this machine, {when}: {', '.join(shown)}. {run.end}".rstrip()
