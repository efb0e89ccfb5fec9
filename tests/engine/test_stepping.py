"""Compiled workflows, run by the clerk of iDDS 2.6.21 in many orders."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import pytest

import alw
from tests.engine.programs import BEHIND_THE_LOOP, CHAIN, MANY_PARAMETERS, compiled
from tests.oracles.clerk import Answers, Ending, Endings, Order, Submission, Trace, orders, run

ORDERS = 6


def traces(
    workflow: alw.CompiledWorkflow,
    learner: Answers = lambda submission: None,
    endings: Endings = lambda submission: Ending.FINISHED,
) -> list[Trace]:
    """Run ``workflow`` in several orders; it must end in each of them."""
    found = [run(workflow.workflow, learner, endings, order) for order in orders(ORDERS)]
    assert all(trace.ended for trace in found), [(t.status, t.errors) for t in found]
    return found


def command(task_map: Mapping[str, Any]) -> str:
    """The command of the job, unquoted as the worker node does."""
    values = [item["value"] for item in task_map["jobParameters"]]
    start = values.index('-p "')
    return unquote("".join(values[start + 1 : values.index('"', start)]))


def shell_command(task_map: Mapping[str, Any]) -> str:
    words = shlex.split(task_map["cliParams"])
    return words[words.index("--exec") + 1]


def test_the_sample_loops_until_its_condition_fails(sample: alw.CompiledWorkflow) -> None:
    points = [(0.61, 0.4, 300), (0.7, 0.35, 400), (0.75, 0.3, 250), (0.76, 0.3, 0)]

    def learner(submission: Submission) -> dict[str, object]:
        m1, m2, nevents = points[submission.run - 1]
        return {"m1": m1, "m2": m2, "nevents": nevents, "to_continue": nevents > 0}

    for trace in traces(sample, learner):
        assert trace.finished
        _check_sample(trace, points)


def _check_sample(trace: Trace, points: list[tuple[float, float, int]]) -> None:
    runs = trace.runs()
    assert [len(run) for run in runs] == [2, 2, 2, 2]
    expected = [(0.5, 0.5, 200), *points]
    for number, (simulate, merge) in enumerate(runs, 1):
        m1, m2, nevents = expected[number - 1]
        wanted = f"python simplescript.py {m1} {m2} {nevents} output.json"
        assert shell_command(simulate.task_map) == wanted
        assert command(simulate.task_map) == wanted
        ran = f"python merge.py merge.json {m1} {m2} {nevents} %IN"
        assert ran in command(merge.task_map)
        assert f"trap 'alw $? {number}; exit $?' EXIT" in command(merge.task_map)
        assert simulate.name == f"user.wguan.altest1234.simulate.{number}/"
        assert merge.name == f"user.wguan.altest1234.merge.{number}/"
        read = [i for i in merge.task_map["jobParameters"] if i.get("param_type") == "input"]
        assert [i["dataset"] for i in read] == [
            f"user.wguan.altest1234.simulate.{number}_output.json/"
        ]


def test_the_loop_ends_when_the_learner_says_nothing(sample: alw.CompiledWorkflow) -> None:
    for trace in traces(sample):
        assert trace.finished
        assert [s.learns for s in trace.submissions] == [False, True]


def test_the_loop_ends_when_a_task_fails(sample: alw.CompiledWorkflow) -> None:
    for trace in traces(sample, endings=lambda submission: Ending.FAILED):
        assert trace.status == "Failed"
        assert [s.learns for s in trace.submissions] == [False]


@pytest.mark.parametrize("text", [BEHIND_THE_LOOP, MANY_PARAMETERS, CHAIN])
def test_nothing_is_left_to_fill_in_and_no_name_comes_twice(text: str) -> None:
    def learner(submission: Submission) -> dict[str, object]:
        run = submission.run
        return {
            "m": 1.5 * run,
            "x": -0.5 * run,
            "n": 10 + run,
            "fast": run % 2 == 0,
            "tag": f"t_{run}",
            "score": 0.5,
            "to_continue": run < 3,
        }

    for trace in traces(compiled(text), learner):
        assert trace.finished
        names = [submission.name for submission in trace.submissions]
        assert len(names) == len(set(names))
        for submission in trace.submissions:
            assert "___idds___" not in repr(submission.task_map)
            assert not re.search(r"\{\w+\}", command(submission.task_map).replace("${", ""))
            assert "___idds___" not in "".join(submission.collections)


def test_every_value_is_the_learner_s_last_one() -> None:
    def learner(submission: Submission) -> dict[str, object]:
        run = submission.run
        return {
            "x": float(-run),
            "n": 20 + run,
            "fast": run == 2,
            "tag": f"next_{run}",
            "score": 1.0,
            "to_continue": run < 3,
        }

    trace = run(compiled(MANY_PARAMETERS).workflow, learner, order=Order(1))
    signal = [command(run[0].task_map) for run in trace.runs()]
    assert signal == [
        "gen --x -2.5 'it'\\''s a \"label\"' first_1",
        "gen --x -1.0 'it'\\''s a \"label\"' next_1",
        "gen --x -2.0 'it'\\''s a \"label\"' next_2",
    ]
    background = [command(run[1].task_map) for run in trace.runs()]
    assert background == [
        "gen --n=7 True it1.txt",
        "gen --n=21 False it2.txt",
        "gen --n=22 True it3.txt",
    ]


def test_tasks_behind_the_loop_run_once_with_the_last_values() -> None:
    def learner(submission: Submission) -> dict[str, object]:
        return {"m": 1.5 * submission.run, "to_continue": submission.run < 3}

    trace = run(compiled(BEHIND_THE_LOOP).workflow, learner)
    behind = [s for s in trace.submissions if "final" in s.name or "report" in s.name]
    assert [s.name for s in behind] == ["user.w.behind.final/", "user.w.behind.report/"]
    assert command(behind[0].task_map) == "final 4.5 %IN"
    inputs = [
        i["dataset"] for i in behind[0].task_map["jobParameters"] if i.get("param_type") == "input"
    ]
    assert inputs == ["user.w.behind.decide.3_r.json/"]
