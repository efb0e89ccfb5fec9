"""Compiled workflows through the whole iDDS server, on PostgreSQL and Redis.

Only PanDA and Rucio are stand-ins: the server's own REST interface, database and agents
carry the workflow from its submission to its end.
"""

from __future__ import annotations

import alw
from tests.engine.programs import BEHIND_THE_LOOP, compiled
from tests.engine.test_stepping import command
from tests.oracles.jedi.model import Refined
from tests.oracles.jedi.oracle import refine
from tests.oracles.server import IddsServer, Submission

TIMEOUT = 300.0


def text(workflow: alw.CompiledWorkflow) -> str:
    from alw.output import to_json

    return to_json(workflow.workflow)


def datasets(tasks: list[Submission]) -> dict[str, Refined]:
    """What JEDI makes of every task the server submitted; it must accept them all."""
    answers = refine([task.task_map for task in tasks])
    refused = [answer for answer in answers if not isinstance(answer, Refined)]
    assert refused == []
    return {answer.task_name: answer for answer in answers if isinstance(answer, Refined)}


def test_the_sample_loops_as_written(server: IddsServer, sample: alw.CompiledWorkflow) -> None:
    points = [(0.61, 0.4, 300), (0.7, 1e-07, 400), (0.75, 0.3, 0)]
    learned: list[tuple[float, float, int]] = []

    def execute(task: Submission) -> dict[str, object] | None:
        if not task.task_map.get("runOnInstant"):
            return None
        m1, m2, nevents = points[len(learned)]
        learned.append((m1, m2, nevents))
        return {"m1": m1, "m2": m2, "nevents": nevents, "to_continue": nevents > 0}

    request = server.submit(text(sample))
    tasks = server.run(request, execute, TIMEOUT)
    assert server.status(request) == "Finished"
    assert [command(task.task_map) for task in tasks[::2]] == [
        "python simplescript.py 0.5 0.5 200 output.json",
        "python simplescript.py 0.61 0.4 300 output.json",
        "python simplescript.py 0.7 1e-07 400 output.json",
    ]
    seen = datasets(tasks)
    assert len(seen) == len(tasks) == 6
    for simulate, merge in zip(tasks[::2], tasks[1::2], strict=True):
        written = seen[simulate.task_map["taskName"]].output_datasets
        assert seen[merge.task_map["taskName"]].input_datasets == written


def test_tasks_behind_the_loop_run_once(server: IddsServer) -> None:
    runs = 0

    def execute(task: Submission) -> dict[str, object] | None:
        nonlocal runs
        if not task.task_map.get("runOnInstant"):
            return None
        runs += 1
        return {"m": 1.5 * runs, "to_continue": runs < 2}

    request = server.submit(text(compiled(BEHIND_THE_LOOP)))
    tasks = server.run(request, execute, TIMEOUT)
    assert server.status(request) == "Finished"
    names = [task.task_map["taskName"] for task in tasks]
    assert len(names) == len(set(names))
    assert names[-2:] == ["user.w.behind.final/", "user.w.behind.report/"]
    assert command(tasks[-2].task_map) == "final 3.0 %IN"
    datasets(tasks)
