"""The progress of a run as JSON, for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import Enum
from typing import Any

import click

from ....execution.events import (
    Began,
    Event,
    IterationBegan,
    IterationEnded,
    JobEnded,
    Noted,
    RunEnded,
    TaskBegan,
    TaskEnded,
    Waited,
)
from ....execution.history import History, TaskRecord


class JsonProgress:
    """One JSON object a line, on standard output, for programs."""

    def __enter__(self) -> JsonProgress:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, event: Event) -> None:
        """Print an event."""
        made = record(event)
        if made is not None:
            click.echo(json.dumps(made, default=_plain, allow_nan=False))


def record(event: Event) -> dict[str, Any] | None:
    """Return an event as JSON has it; ``None`` for what programs need not know."""
    match event:
        case Began(history, resumed):
            return {"event": "run began", "resumed": resumed, **_whole(history)}
        case IterationBegan(iteration):
            return {
                "event": "iteration began",
                "iteration": iteration.number,
                "values": iteration.values,
            }
        case TaskBegan(task):
            return {"event": "task began", **_task(task)}
        case JobEnded(task, job, kept):
            more = {"kept": kept, **asdict(job)}
            return {
                "event": "job ended",
                "iteration": task.iteration,
                "task": task.name,
                **more,
            }
        case Noted(task, note):
            return {"event": "note", "task": task.name, "note": note}
        case TaskEnded(task):
            return {"event": "task ended", **_task(task)}
        case IterationEnded(iteration):
            return {
                "event": "iteration ended",
                "iteration": iteration.number,
                "values": iteration.values,
                "result": iteration.result,
            }
        case RunEnded(history):
            return {"event": "run ended", **_whole(history)}
        case Waited():
            return None


def _whole(history: History) -> dict[str, Any]:
    return {
        "workflow": history.workflow,
        "source": history.source,
        "directory": history.directory,
        "iterations": len(history.iterations),
        "bound": history.bound,
        "limits": history.limits,
        "end": history.end,
        "verdict": history.verdict,
        "ok": history.ok,
    }


def _task(task: TaskRecord) -> dict[str, Any]:
    made = asdict(task)
    made.pop("failures")
    return made


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else str(value)
