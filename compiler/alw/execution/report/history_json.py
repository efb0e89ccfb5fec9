"""The history as JSON, whole, and back: ``schemas/history.schema.json``."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...driver.output import to_json
from ...text.reading import open_regular
from ..history import End, History, IterationRecord, JobRecord, State, TaskRecord

_SURROGATE = re.compile("[\ud800-\udfff]")
_WRAPPERS = ({"float"}, {"object"})


def render_history_json(history: History) -> str:
    """Return the history as JSON."""
    text = to_json(to_data(history))
    # They are in strings only, and no encoding has them.
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def read_json(path: Path) -> History:
    """Return the history that :func:`render_history_json` has written to ``path``.

    :raises OSError: if it cannot be read.
    :raises ValueError: if it is no history; the message says what is wrong and where.
    """
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    from ...resources import schema

    with open_regular(path) as file:
        content = file.read()
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"'{path}' is no history of a run: it is no JSON ({error})") from None
    fault = best_match(Draft202012Validator(schema("history")).iter_errors(data))
    if fault is not None:
        message = f"{fault.message[:200]}, at {fault.json_path}"
        raise ValueError(f"'{path}' is no history of a run: {message}") from None
    return from_data(data)


def to_data(history: History) -> dict[str, Any]:
    """Return the history as data of JSON."""
    return {
        "workflow": history.workflow,
        "source": history.source,
        "directory": str(history.directory),
        "has_loop": history.has_loop,
        "bound": history.bound,
        "started": history.started,
        "ended": history.ended,
        "end": history.end and history.end.value,
        "verdict": history.verdict,
        "engine_status": history.engine_status,
        "limits": history.limits,
        "iterations": [
            {
                "number": iteration.number,
                "values": _values(iteration.values),
                "tasks": [_task(task) for task in iteration.tasks],
            }
            for iteration in history.iterations
        ],
    }


def _task(task: TaskRecord) -> dict[str, Any]:
    return {
        "name": task.name,
        "task_name": task.task_name,
        "iteration": task.iteration,
        "is_learner": task.is_learner,
        "state": task.state.value,
        "values": _values(task.values),
        "directory": str(task.directory),
        "jobs": task.jobs,
        "jobs_done": task.jobs_done,
        "jobs_failed": task.jobs_failed,
        "started": task.started,
        "ended": task.ended,
        "result": None if task.result is None else _values(task.result),
        "inputs": dict(task.inputs),
        "outputs": dict(task.outputs),
        "line": task.line,
        "failures": [_job(job) for job in task.failures],
        "reason": task.reason,
    }


def _job(job: JobRecord) -> dict[str, Any]:
    return {
        "serial": job.serial,
        "state": job.state.value,
        "command": job.command,
        "directory": str(job.directory),
        "started": job.started,
        "ended": job.ended,
        "exit_status": job.exit_status,
        "reason": job.reason,
        "attempts": job.attempts,
        "rerun": job.rerun,
    }


def from_data(data: Mapping[str, Any]) -> History:
    """Return the history of data that fit the schema."""
    iterations = tuple(
        IterationRecord(
            iteration["number"],
            _read_values(iteration["values"]),
            tuple(map(_read_task, iteration["tasks"])),
        )
        for iteration in data["iterations"]
    )
    return History(
        **{
            **data,
            "directory": Path(data["directory"]),
            "end": None if data["end"] is None else End(data["end"]),
            "iterations": iterations,
        }
    )


def _read_task(data: Mapping[str, Any]) -> TaskRecord:
    return TaskRecord(
        **{
            **data,
            "state": State(data["state"]),
            "values": _read_values(data["values"]),
            "directory": Path(data["directory"]),
            "result": None if data["result"] is None else _read_values(data["result"]),
            "failures": tuple(map(_read_job, data["failures"])),
        }
    )


def _read_job(data: Mapping[str, Any]) -> JobRecord:
    changed = {"state": State(data["state"]), "directory": Path(data["directory"])}
    return JobRecord(**{**data, **changed})


# Values


def _values(values: Mapping[str, object]) -> dict[str, Any]:
    return {name: _value(value) for name, value in values.items()}


def _value(value: object) -> Any:
    """Return a value as JSON, which has no infinite numbers: ``{"float": "inf"}``."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}
    if isinstance(value, list | tuple):
        return [_value(item) for item in value]
    if isinstance(value, Mapping):
        plain = {str(key): _value(item) for key, item in value.items()}
        # what looks like one of ours is put into another
        return {"object": plain} if set(plain) in _WRAPPERS else plain
    return value


def _read_values(values: Mapping[str, Any]) -> dict[str, object]:
    return {name: _read_value(value) for name, value in values.items()}


def _read_value(value: Any) -> Any:
    if isinstance(value, list):
        return [_read_value(item) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"float"}:
        return float(value["float"])
    inner = value["object"] if set(value) == {"object"} else value
    return {key: _read_value(item) for key, item in inner.items()}
