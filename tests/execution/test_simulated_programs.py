"""A simulation submits what iDDS submits in any order, and what the program means.

Programs are drawn as in ``tests/engine/test_soundness.py``, with results of their learner and
endings of their tasks.  The clerk of iDDS runs each in an order that is drawn; the reference
interpreter says what must happen.  ``ALW_FUZZ=N`` tries N programs, different ones each time.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import alw
from alw.execution.api import simulation_of
from alw.execution.history import End, State
from alw.execution.outcomes import Outcomes
from alw.execution.simulation import Simulation
from alw.execution.stepping import Step
from tests.engine.generate_programs import Program, programs
from tests.engine.meaning import Meaning, meaning_of
from tests.engine.soundness import Run, command, datasets
from tests.engine.test_soundness import compiled, execute
from tests.oracles.clerk import Ending

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("ALW_FUZZ", "0"))
fuzz = settings(
    max_examples=EXAMPLES or 20,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
STATES = {
    Ending.FINISHED: State.FINISHED,
    Ending.SUBFINISHED: State.PARTLY,
    Ending.FAILED: State.FAILED,
    Ending.CANCELLED: State.CANCELLED,
    Ending.BROKEN: State.FAILED,
}


def simulated(program: Program, workflow: alw.CompiledWorkflow) -> Simulation:
    def result(step: Step) -> object:
        drawn = program.results[(step.iteration - 1) % len(program.results)]
        if isinstance(drawn, dict):
            return drawn
        try:
            return json.loads(drawn)
        except ValueError:
            return None  # no file is as bad as one that cannot be read

    given: dict[tuple[str, int | None], State] = {}
    for key, ending in program.endings.items():
        given[key] = STATES[ending]
    return simulation_of(workflow, result, Outcomes(given))


def check(program: Program) -> bool:
    """Whether ``program`` is accepted; if it is, it is simulated as it runs."""
    workflow = compiled(program)
    if workflow is None:
        return False
    simulation = simulated(program, workflow)
    order = replace(program.order, jsonb=True)  # the numbers of PostgreSQL
    check_against_the_clerk(simulation, execute(program, workflow, order))
    check_against_the_meaning(simulation, meaning_of(program))
    return True


Found = Mapping[tuple[int, str], Any]


def check_against_the_clerk(simulation: Simulation, done: Run) -> None:
    assert simulation.engine_status == done.trace.status
    wanted: Found = {(sent.run, name): sent for name, sent in done.tasks()}
    found: Found = {(t.iteration, t.name): t for i in simulation.iterations for t in i.tasks}
    assert found.keys() == wanted.keys()
    for key, task in found.items():
        sent = wanted[key]
        assert task.task_map == sent.task_map
        assert task.task_name == sent.name
        assert task.is_learner == sent.learns
        assert task.job_command == command(sent.task_map)
        assert [*task.inputs] == [
            name for several in datasets(sent.task_map, "input") for name in several.split(",")
        ]
        assert [*task.outputs] == datasets(sent.task_map, "output")
        answer = done.answers.get(task.iteration) if task.is_learner else None
        read = answer and {k: v for k, v in answer.items() if k != "to_continue"}
        assert task.result == (read if task.state in (State.FINISHED, State.PARTLY) else None)
    for iteration in simulation.iterations:
        assert iteration.values == done.values(iteration.number)


def check_against_the_meaning(simulation: Simulation, meaning: Meaning) -> None:
    wanted = {key: STATES[ending] for key, ending in meaning.ended.items()}
    found = {(t.iteration, t.name): t.state for i in simulation.iterations for t in i.tasks}
    assert found == wanted
    assert [i.number for i in simulation.iterations] == sorted({run for run, _ in wanted})
    last = [state for (run, _), state in wanted.items() if run == len(simulation.iterations)]
    failed = any(state in (State.FAILED, State.CANCELLED) for state in last)
    assert (simulation.end is End.FAILURE) == failed
    if simulation.has_loop and not failed:
        learned = meaning.answers[len(simulation.iterations)]
        assert learned and learned["to_continue"] is False
        early = len(simulation.iterations) < (simulation.bound or 0)
        assert not early or simulation.end is End.CONDITION


TRIED: Counter[bool] = Counter()


@fuzz
@given(programs())
def programs_are_simulated_as_they_run(program: Program) -> None:
    TRIED[check(program)] += 1


def test_programs_are_simulated_as_they_run() -> None:
    TRIED.clear()
    programs_are_simulated_as_they_run()
    assert TRIED[True] > 0.5 * TRIED.total()
