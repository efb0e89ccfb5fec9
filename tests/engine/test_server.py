"""Compiled workflows through the whole iDDS server, on PostgreSQL and Redis.

Only PanDA and Rucio are stand-ins: the server's own REST interface, database and agents
carry the workflow from its submission to its end.  All requests run at the same time, each
with a PanDA of its own: one that takes seconds to accept a task, while the clerk looks every
second; one that fails tasks or refuses them; and one whose tasks all end between two looks of
the clerk.  ``test_server_harness.py`` shows that each of them finds what it is there for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import pytest

import alw
from alw.driver.output import to_json
from tests.engine.programs import BEHIND_THE_LOOP, compiled
from tests.oracles.jedi.model import Refined
from tests.oracles.jedi.oracle import refine
from tests.oracles.server import Ending, IddsServer, Outcome, Play, Submission

TIMEOUT = 420.0
SLOW = 4.0
"""Seconds that a slow PanDA takes to accept a task; the clerk looks every second."""

SCAN = """
workflow NAME {
  dataset = "user.w.NAME"
  loop scan {
    param m: float = 1
    SIMULATIONS
    learn decide {
      exec = "python decide.py SIMULATED"
      result "r.json" { m: float }
    }
    FOLLOWERS
    repeat while decide.m < 4 at most 5 times
  }
  AFTERWARDS
}
"""
FOLLOWERS = """
    task note { exec = "note {m}" after decide }
    task plot { exec = "plot {m} {decide.outputs[0]}" outputs = ["p.png"] }
"""
AFTERWARDS = """
  task first { exec = "first {scan.m}" outputs = ["f.json"] after scan }
  task second { exec = "second {scan.m} {decide.outputs[0]}" after scan }
"""
CROWD = tuple(f"sim{n}" for n in range(1, 8))
"""As many tasks beside each other as may come before a learner."""
THREE = """
    task note { exec = "note {m}" after decide }
    task plot { exec = "plot {m}" after decide }
    task send { exec = "send {m}" after decide }
"""
"""As many as may follow it beside each other in one workflow of iDDS."""

Ends = Mapping[tuple[str, int], Ending]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A program, the PanDA that runs it, and what must come of it."""

    text: str
    tasks: list[str]
    """The tasks that run, in any order between two learners."""
    status: str = "Finished"
    ends: Ends = field(default_factory=dict)
    refused: str = ""
    """A task that PanDA refuses: its name and the iteration."""
    slow: bool = False
    in_one_look: bool = False
    iterations: int = 3


def scan(
    followers: str = "", afterwards: str = "", simulations: tuple[str, ...] = ("simulate",)
) -> str:
    tasks = "".join(
        f'\n    task {name} {{ exec = "{name} {{m}}" outputs = ["{name}.json"] n_jobs = 2 }}'
        for name in simulations
    )
    read = " ".join(f"{{{name}.outputs[0]}}" for name in simulations)
    text = SCAN.replace("SIMULATIONS", tasks).replace("SIMULATED", read)
    return text.replace("FOLLOWERS", followers).replace("AFTERWARDS", afterwards)


def iterations(
    count: int, *followers: str, simulations: tuple[str, ...] = ("simulate",)
) -> list[str]:
    tasks = (*simulations, "decide", *followers)
    return [f"{task}.{n}" for n in range(1, count + 1) for task in tasks]


AFTER = ["first", "second"]
ALL = [*iterations(3, "note", "plot"), *AFTER]
SCENARIOS = {
    "slow": Scenario(scan(), iterations(3), slow=True),
    "slowfollowed": Scenario(scan(FOLLOWERS, AFTERWARDS), ALL, slow=True),
    "rare": Scenario(scan(), iterations(3), in_one_look=True),
    "rarefollowed": Scenario(scan(FOLLOWERS, AFTERWARDS), ALL, in_one_look=True),
    "slowandrare": Scenario(scan(FOLLOWERS, AFTERWARDS), ALL, slow=True, in_one_look=True),
    "rarecrowd": Scenario(
        scan(THREE, simulations=CROWD),
        iterations(3, "note", "plot", "send", simulations=CROWD),
        in_one_look=True,
    ),
    "rarenotefails": Scenario(
        scan(THREE),
        iterations(3, "note", "plot", "send"),
        ends={("note", 2): Ending("failed"), ("plot", 1): Ending("subfinished")},
        in_one_look=True,
    ),
    "simfails": Scenario(
        scan(FOLLOWERS, AFTERWARDS),
        [*iterations(1, "note", "plot"), "simulate.2"],
        "Failed",
        {("simulate", 2): Ending("failed")},
    ),
    "simaborted": Scenario(
        scan(), ["simulate.1"], "Failed", {("simulate", 1): Ending("aborted")}, slow=True
    ),
    "simbroken": Scenario(scan(), ["simulate.1"], "Failed", {("simulate", 1): Ending("broken")}),
    "simrefused": Scenario(scan(), iterations(1), "Failed", refused="simulate.2"),
    "simpartly": Scenario(
        scan(FOLLOWERS),
        iterations(3, "note", "plot"),
        ends={("simulate", 2): Ending("subfinished")},
    ),
    "simpartlylast": Scenario(
        scan(), iterations(3), "SubFinished", {("simulate", 3): Ending("subfinished")}
    ),
    "learnfails": Scenario(
        scan("", AFTERWARDS), iterations(2), "SubFinished", {("decide", 2): Ending("failed")}
    ),
    "learnnothing": Scenario(
        scan("", AFTERWARDS), iterations(2), "SubFinished", {("decide", 2): Ending()}
    ),
    "notefails": Scenario(
        scan(FOLLOWERS), iterations(3, "note", "plot"), ends={("note", 2): Ending("failed")}
    ),
}


def text(workflow: alw.CompiledWorkflow) -> str:
    return to_json(workflow.workflow)


def short(name: str) -> str:
    """A task's name without its dataset: ``simulate.2`` or ``first``."""
    return re.sub(r"^user\.\w+\.\w+\.", "", name).rstrip("/")


def learn(scenario: Scenario) -> Callable[[Submission], Ending | dict[str, object] | None]:
    """What the tasks of a scenario do; the learner answers ``m`` = 1.5, 3.0, 4.5."""

    def execute(task: Submission) -> Ending | dict[str, object] | None:
        name, _, number = short(task.name).partition(".")
        if found := scenario.ends.get((name, int(number or 0))):
            return found
        if name != "decide":
            return None
        return {"m": 1.5 * int(number), "to_continue": int(number) < scenario.iterations}

    return execute


def play(server: IddsServer, name: str, scenario: Scenario) -> Play:
    if scenario.slow:
        server.accept(rf"^user\.w\.{name}\.", seconds=SLOW)
    if scenario.refused:
        server.accept(rf"^user\.w\.{name}\.{re.escape(scenario.refused)}/", refused=True)
    request = server.submit(text(compiled(scenario.text.replace("NAME", name))))
    return Play(request, learn(scenario), scenario.in_one_look)


def behind(task: Submission) -> dict[str, object] | None:
    name, _, number = short(task.name).partition(".")
    return {"m": 1.5 * int(number), "to_continue": number != "2"} if name == "decide" else None


POINTS = [(0.61, 0.4, 300), (0.7, 1e-07, 400), (0.75, 0.3, 0)]


def merge(task: Submission) -> dict[str, object] | None:
    name, _, number = short(task.name).partition(".")
    if name != "merge":
        return None
    m1, m2, nevents = POINTS[int(number) - 1]
    return {"m1": m1, "m2": m2, "nevents": nevents, "to_continue": nevents > 0}


def unprotected(workflow: Any) -> Any:
    """A workflow without the attribute that keeps the clerk from releasing a work twice."""
    if isinstance(workflow, dict):
        return {key: unprotected(item) for key, item in workflow.items() if key != "submitted"}
    return [unprotected(item) for item in workflow] if isinstance(workflow, list) else workflow


@pytest.fixture(scope="module")
def outcomes(server: IddsServer, sample: alw.CompiledWorkflow) -> Iterator[dict[str, Outcome]]:
    """What became of every scenario, of the sample and of a loop with tasks after it."""
    plays = {name: play(server, name, scenario) for name, scenario in SCENARIOS.items()}
    server.accept(r"^user\.wguan\.altest1234\.", seconds=SLOW)
    plays["sample"] = Play(server.submit(text(sample)), merge)
    server.accept(r"^user\.w\.unprotected\.", seconds=SLOW)
    bare = unprotected(compiled(scan().replace("NAME", "unprotected")).workflow)
    plays["unprotected"] = Play(server.submit(to_json(bare)), learn(SCENARIOS["slow"]))
    plays["behind"] = Play(server.submit(text(compiled(BEHIND_THE_LOOP))), behind)
    played = server.play(list(plays.values()), TIMEOUT)
    server.accept("")
    yield dict(zip(plays, played, strict=True))


def datasets(tasks: tuple[Submission, ...]) -> dict[str, Refined]:
    """What JEDI makes of every task the server submitted; it must accept them all."""
    answers = refine([task.task_map for task in tasks])
    refused = [answer for answer in answers if not isinstance(answer, Refined)]
    assert refused == []
    return {answer.task_name: answer for answer in answers if isinstance(answer, Refined)}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_loop_runs_as_written(outcomes: dict[str, Outcome], name: str) -> None:
    scenario, outcome = SCENARIOS[name], outcomes[name]
    ran = [short(task) for task in outcome.names]
    assert (in_order(ran), outcome.status) == (in_order(scenario.tasks), scenario.status)
    for task in outcome.tasks:
        kind, _, number = short(task.name).partition(".")
        last = int(ran[-1].partition(".")[2] or scenario.iterations)
        value = (
            1.5 * (int(number) - 1) or 1.0 if kind.startswith("sim") else 1.5 * int(number or last)
        )
        if kind != "decide":
            assert task.command.split()[:2] == [kind, str(value)]


def test_a_slow_panda_ends_a_loop_without_what_protects_it(outcomes: dict[str, Outcome]) -> None:
    """So the scenario ``slow`` can fail."""
    outcome = outcomes["unprotected"]
    assert ([short(name) for name in outcome.names], outcome.status) == (iterations(1), "Finished")


def in_order(tasks: list[str]) -> list[str]:
    """What is between two learners may be submitted in any order."""
    ordered: list[str] = []
    for _, group in groupby(tasks, lambda name: name.startswith("decide.")):
        ordered += sorted(group)
    return ordered


def test_the_sample_loops_as_written(outcomes: dict[str, Outcome]) -> None:
    """With a slow PanDA."""
    outcome = outcomes["sample"]
    tasks = outcome.tasks
    assert (len(tasks), outcome.status) == (6, "Finished"), outcome.names
    assert [task.command for task in tasks[::2]] == [
        "python simplescript.py 0.5 0.5 200 output.json",
        "python simplescript.py 0.61 0.4 300 output.json",
        "python simplescript.py 0.7 1e-07 400 output.json",
    ]
    seen = datasets(tasks)
    assert len(seen) == 6
    for simulate, learner in zip(tasks[::2], tasks[1::2], strict=True):
        written = seen[simulate.name].output_datasets
        assert seen[learner.name].input_datasets == written


def test_tasks_behind_the_loop_run_once(outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes["behind"]
    assert outcome.status == "Finished", outcome.names
    assert len(outcome.names) == len(set(outcome.names)) == 10
    ran = {short(task.name): (place, task) for place, task in enumerate(outcome.tasks)}
    assert ran["final"][1].command == "final 3.0 %IN"
    assert ran["decide.2"][0] < ran["final"][0] < ran["report"][0]
    assert ran["note.2"][0] < ran["report"][0]
    datasets(outcome.tasks)
