"""Simulated tasks as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import click

from ....execution.play import Play
from ....execution.simulation import SimulatedIteration, SimulatedTask
from .narrating import abridge

Record = dict[str, Any]


def print_json(plays: Sequence[Play], most: int | None, full: bool) -> None:
    """Play workflows and print one object that holds what they submit.

    :param most: how many iterations of each; ``None`` for all.
    :param full: whether a learner's command has the check of the result after it.
    """
    found = [
        {
            **_begin(play),
            "iterations": [
                {**_iteration(one), "tasks": [_task(task, full) for task in one.tasks]}
                for one in _first(play, most)
            ],
            **_end(play),
        }
        for play in plays
    ]
    click.echo(json.dumps({"workflows": found}, indent=2))


def print_jsonl(plays: Sequence[Play], most: int | None, full: bool) -> None:
    """Play workflows and print an object a line: workflows, iterations, tasks, ends.

    The parameters: as for :func:`print_json`.
    """
    for play in plays:
        for record in _records(play, most, full):
            click.echo(json.dumps(record))


def _records(play: Play, most: int | None, full: bool) -> Iterator[Record]:
    yield {"record": "workflow", **_begin(play)}
    for iteration in _first(play, most):
        yield {"record": "iteration", **_iteration(iteration)}
        for task in iteration.tasks:
            yield {"record": "task", **_task(task, full)}
    yield {"record": "end", **_end(play)}


def _first(play: Play, most: int | None) -> Iterator[SimulatedIteration]:
    for _, iteration in abridge(play.iterations(), most):
        if iteration is not None:
            yield iteration


def _begin(play: Play) -> Record:
    tasks = play.tasks
    return {"workflow": tasks.workflow, "has_loop": tasks.has_loop, "bound": tasks.bound}


def _iteration(iteration: SimulatedIteration) -> Record:
    return {"number": iteration.number, "values": dict(iteration.values)}


def _task(task: SimulatedTask, full: bool) -> Record:
    return {
        "name": task.name,
        "task_name": task.task_name,
        "iteration": task.iteration,
        "is_learner": task.is_learner,
        "state": task.state.value,
        "values": dict(task.values),
        "command": task.job_command if full else task.command,
        "inputs": list(task.inputs),
        "outputs": list(task.outputs),
        "jobs": task.most_jobs if task.exact else None,
        "most_jobs": task.most_jobs,
        "result": None if task.result is None else dict(task.result),
        "reason": task.reason,
    }


def _end(play: Play) -> Record:
    return {
        "end": play.ending.end.value,
        "verdict": play.ending.verdict,
        "last_iteration": play.iteration,
        "engine_status": play.status,
    }
