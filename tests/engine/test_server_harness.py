"""The harness of the whole iDDS server does what the tests of compiled workflows rely on."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.oracles.server import (
    Ending,
    IddsServer,
    MissingProgram,
    Outcome,
    Play,
    Submission,
    loop_workflow,
)
from tests.oracles.server.playing import owns, task_names
from tests.oracles.server.processes import find_program

TIMEOUT = 240.0
"""Seconds for a request; three iterations take about 20 on two free cores."""


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> str:
    return loop_workflow(tmp_path_factory.mktemp("loop"))


def is_learner(task: Submission) -> bool:
    return "learn" in str(task.name)


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
        assert work.command == f"python simulate.py {m1} {nevents} out.json"
        assert learner.command == f"python learn.py learnt.json {m1} %IN"
        for task, name in ((work, "loop"), (learner, "learn")):
            assert f'--exec "{task.command}"' in task.task_map["cliParams"]
            assert task.name == f"user.wguan.submitted.{name}.{run}/"
            assert "___idds___" not in str(task.task_map)


def test_learner_without_result_ends_the_loop(server: IddsServer, loop: str) -> None:
    request = server.submit(loop)
    tasks = server.run(request, lambda _: None, TIMEOUT)

    assert [is_learner(task) for task in tasks] == [False, True]
    assert server.status(request) == "Finished"


def test_failed_task_fails_the_request(server: IddsServer, loop: str) -> None:
    request = server.submit(loop)
    tasks = server.run(request, lambda _: Ending("failed"), TIMEOUT)

    assert [is_learner(task) for task in tasks] == [False]
    assert server.status(request) == "Failed"


FORMS = ("bare", "submitted", "followers", "tail")


@pytest.fixture(scope="module")
def outcomes(
    server: IddsServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Outcome]]:
    """Four loops of three iterations at the same time, with and without what protects them."""
    folder = tmp_path_factory.mktemp("forms")
    server.accept(r"^user\.wguan\.bare\.", seconds=4.0)
    server.accept(r"^user\.wguan\.submitted\.", seconds=4.0)

    def three_times() -> Callable[[Submission], dict[str, Any] | None]:
        left = iter([True, True, False])
        return lambda task: {"m1": 1, "to_continue": next(left)} if is_learner(task) else None

    plays = [
        Play(
            server.submit(loop_workflow(folder, form)),
            three_times(),
            in_one_look=form in ("followers", "tail"),
        )
        for form in FORMS
    ]
    played = dict(zip(FORMS, server.play(plays, TIMEOUT), strict=True))
    server.accept(r"^user\.wguan\.submitted\.")
    yield played


@pytest.mark.parametrize(("form", "iterations"), [("bare", 1), ("submitted", 3)])
def test_slow_submissions_end_a_loop_that_is_not_protected(
    outcomes: dict[str, Outcome], form: str, iterations: int
) -> None:
    """So a test of a compiled workflow with a slow PanDA can fail."""
    outcome = outcomes[form]
    assert outcome.status == "Finished"
    assert [is_learner(task) for task in outcome.tasks] == [False, True] * iterations


def test_tasks_that_end_in_one_look_end_a_loop_that_is_not_protected(
    outcomes: dict[str, Outcome],
) -> None:
    """So a test of a compiled workflow with rare looks can fail."""
    followers, tail = outcomes["followers"], outcomes["tail"]
    assert followers.status == tail.status == "Finished"
    assert len(tail.tasks) == 4 * 3 and tail.looks[2] == tuple(tail.names[2:4])
    assert len(followers.tasks) < 4 * 3, followers.names


def test_a_request_owns_the_tasks_of_all_its_iterations() -> None:
    names = task_names({"works": [{"taskName": "user.a.___idds___num_run___/"}, {"taskName": "b"}]})
    assert owns(names, "user.a.12/") and owns(names, "b")
    assert not owns(names, "user.b.12/") and not owns(names, "user.a.12/b")


def test_missing_program_names_its_package() -> None:
    with pytest.raises(MissingProgram, match="Debian package 'postgresql'"):
        find_program("no-such-program", "postgresql", [Path("/nowhere")])
