"""The harness of the whole iDDS server does what the tests of compiled workflows rely on."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.oracles.server import (
    IddsServer,
    MissingProgram,
    Submission,
    loop_workflow,
)
from tests.oracles.server.processes import find_program

TIMEOUT = 240.0
"""Seconds for a request; three iterations take about 20 on two free cores."""


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> str:
    return loop_workflow(tmp_path_factory.mktemp("loop"))


def is_learner(task: Submission) -> bool:
    return "learn" in str(task.task_map["taskName"])


def command(task: Submission) -> str:
    """The command in jobParameters, as the worker node gets it."""
    values = [item["value"] for item in task.task_map["jobParameters"]]
    return unquote(values[values.index('-p "') + 1])


def test_loop_of_three_iterations_passes_values_on(server: IddsServer, loop: str) -> None:
    results: list[dict[str, Any]] = [
        {"m1": 1.25, "nevents": 300, "to_continue": True},
        {"m1": 2.5, "nevents": 400, "to_continue": True},
        {"m1": 5.0, "nevents": 500, "to_continue": False},
    ]
    left = iter(results)

    request = server.submit(loop)
    tasks = server.run(request, lambda task: next(left) if is_learner(task) else None, TIMEOUT)

    assert server.status(request) == "Finished"
    assert [is_learner(task) for task in tasks] == [False, True] * 3
    values = [(0.5, 200), *((result["m1"], result["nevents"]) for result in results[:2])]
    for run, (m1, nevents) in enumerate(values, start=1):
        work, learner = (task for task in tasks[2 * run - 2 : 2 * run])
        assert command(work) == f"python simulate.py {m1} {nevents} out.json"
        assert command(learner) == f"python learn.py learnt.json {m1} %IN"
        for task, name in ((work, "loop"), (learner, "learn")):
            assert f'--exec "{command(task)}"' in task.task_map["cliParams"]
            assert task.task_map["taskName"] == f"user.wguan.{name}.{run}/"
            assert "___idds___" not in str(task.task_map)


def test_learner_without_result_ends_the_loop(server: IddsServer, loop: str) -> None:
    request = server.submit(loop)
    tasks = server.run(request, lambda _: None, TIMEOUT)

    assert [is_learner(task) for task in tasks] == [False, True]
    assert server.status(request) == "Finished"


def test_failed_task_fails_the_request(server: IddsServer, loop: str) -> None:
    request = server.submit(loop)
    tasks = server.run(request, lambda task: server.complete(task.task_id, "failed"), TIMEOUT)

    assert [is_learner(task) for task in tasks] == [False]
    assert server.status(request) == "Failed"


def test_missing_program_names_its_package() -> None:
    with pytest.raises(MissingProgram, match="Debian package 'postgresql'"):
        find_program("no-such-program", "postgresql", [Path("/nowhere")])
