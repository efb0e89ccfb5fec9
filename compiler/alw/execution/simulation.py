"""The result of a simulation: iterations, their tasks, and its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .history import End, State


@dataclass(frozen=True, slots=True)
class SimulatedTask:
    """A task of one iteration.

    :param name: its name in the source.
    :param task_name: its name in PanDA.
    :param iteration: from 1; 1 where there is no loop.
    :param state: how it ends.
    :param values: the values of the parameters that it is submitted with.
    :param command: as the author wrote it, with the values.
    :param job_command: what its jobs run; a learner's has the check of the result after it.
    :param inputs: the names of the datasets that it reads.
    :param outputs: those of the datasets that it writes, without that of its logs.
    :param most_jobs: how many jobs it has at most; ``None`` if only the grid knows.
    :param exact: whether it has exactly so many.
    :param task_map: PanDA's task parameter map.
    :param result: what iDDS reads of a learner, without ``to_continue``; ``None`` for others.
    :param reason: why a learner's check has failed it; empty if it has not.
    """

    name: str
    task_name: str
    iteration: int
    is_learner: bool
    state: State
    values: Mapping[str, object]
    command: str
    job_command: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    most_jobs: int | None
    exact: bool
    task_map: Mapping[str, Any] = field(repr=False)
    result: Mapping[str, object] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SimulatedIteration:
    """An iteration of the loop; without a loop there is one.

    :param number: from 1.
    :param values: the values of the loop's parameters when it begins.
    :param tasks: in the order of their submission.
    """

    number: int
    values: Mapping[str, object]
    tasks: tuple[SimulatedTask, ...]


@dataclass(frozen=True, slots=True)
class Simulation:
    """The tasks that a workflow would submit.

    :param has_loop: whether it has a loop.
    :param bound: the greatest number of iterations; ``None`` without a loop.
    :param end: why it ends.
    :param verdict: the same in a sentence.
    :param engine_status: the request's status in iDDS.
    """

    workflow: str
    iterations: tuple[SimulatedIteration, ...]
    has_loop: bool
    bound: int | None
    end: End
    verdict: str
    engine_status: str

    @property
    def ok(self) -> bool:
        """True if it ends as its author wants: by condition, by bound, or done."""
        return self.end is not End.FAILURE
