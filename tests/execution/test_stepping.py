"""Works of iDDS in the source's words, a learner's check by itself, and why a loop has ended."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

import alw
from alw.execution.engine import IddsRequest
from alw.execution.history import End, State
from alw.execution.judging import Check, find_reason, find_verdict
from alw.execution.judging import LearnerVerdict as Verdict
from alw.execution.stepping import Step, Tasks, find_end
from tests.engine.programs import BEHIND_THE_LOOP, MANY_PARAMETERS, compiled
from tests.oracles.epilogue import checked, taken_apart

TEXTS = [BEHIND_THE_LOOP, MANY_PARAMETERS]


def first_steps(workflow: alw.CompiledWorkflow) -> list[Step]:
    tasks = Tasks.of(workflow)
    request = IddsRequest.of(json.dumps(workflow.workflow))
    return [tasks.step(transform.submission) for transform in request.look()]


def test_a_work_is_a_task_of_the_source() -> None:
    one, two = first_steps(compiled(MANY_PARAMETERS))
    assert (one.name, one.task_name, one.iteration) == ("signal", "user.w.many.signal.1/", 1)
    assert list(one.values.items()) == [("x", -2.5), ("n", 7), ("fast", True), ("tag", "first_1")]
    assert one.command == "gen --x -2.5 'it'\\''s a \"label\"' first_1"
    assert one.outputs == ("user.w.many.signal.1_s.json/",) and one.inputs == ()
    assert (two.name, two.is_learner, two.check) == ("background", False, None)


def test_a_workflow_has_its_loop() -> None:
    tasks = Tasks.of(compiled(BEHIND_THE_LOOP))
    assert tasks.has_loop and tasks.learner == "decide" and tasks.bound == 3
    assert sorted(tasks.names.values()) == ["decide", "final", "fit", "note", "report", "simulate"]
    assert tasks.first == {"m": 1.0}
    alone = compiled('workflow a { dataset = "user.w.a" task t { exec = "true" } }')
    tasks = Tasks.of(alone)
    assert not tasks.has_loop and tasks.bound is None
    assert first_steps(alone)[0].iteration == 1


def command(workflow: alw.CompiledWorkflow) -> str:
    tasks = Tasks.of(workflow)
    task_map = workflow.tasks[tasks.learner]
    step = Step(tasks.learner, "", 2, True, {}, task_map)
    filled = step.job_command.replace("___idds___num_run___", "2")
    for name, value in tasks.first.items():
        filled = filled.replace(f"___idds___user_{name}___", str(value))
    return filled


RESULTS: list[object] = [
    {"x": 1.5, "n": 3, "fast": True, "tag": "a_b", "score": 0.05, "m": 2},
    {"x": 1, "n": 3, "fast": False, "tag": "ab", "score": 7, "m": 9},
    {"x": 1, "n": 3.5, "fast": False, "tag": "ab", "score": 7, "m": True},
    {"x": "1", "n": 3, "fast": False, "tag": "ab", "score": 7, "m": None},
    {"x": 1e299, "n": 3, "fast": False, "tag": "a b", "score": 7, "m": 1e300},
    {}, [], None, "text", {"x": float("nan"), "m": float("inf")},
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("result", RESULTS)
def test_a_check_says_here_what_it_says_in_a_job(text: str, result: object) -> None:
    sent = command(compiled(text))
    check, job = Check.of(sent), taken_apart(sent)
    assert check and (check.code, check.arguments) == (job.code, job.arguments)
    assert check.judge(result).fields == checked(job, json.dumps(result).encode())
    assert check.judge(result, 3).fields is None is checked(job, b"{}", 3)


@pytest.mark.parametrize("content", [None, "", "{", "nonsense"])
def test_a_file_that_is_none_fails_the_job(content: str | None) -> None:
    check = Check.of(command(compiled(BEHIND_THE_LOOP)))
    assert check
    judged = check.judge_file(content)
    assert judged.fields is None and judged.verdict is None
    assert judged.reason.startswith("r.json ")


def test_a_check_knows_the_types_of_its_fields() -> None:
    check = Tasks.of(compiled(MANY_PARAMETERS)).check
    assert check and check.bound == 4 and check.has_condition
    kinds = {name: kind.name for name, kind in check.fields.items()}
    assert kinds == {"x": "float", "n": "int", "fast": "bool", "tag": "string", "score": "float"}
    assert set(check.fields["tag"].letters or "") == {*"abcdefghijklmnopqrstuvwxyz0123456789_"}


def test_a_verdict_is_found_in_a_log() -> None:
    line = "alw: iteration 3 of at most 20, condition True: the loop goes on\n"
    assert find_verdict(f"noise\n{line}more") == Verdict(3, 20, True, True)
    assert find_verdict("alw: iteration 3 of at most 20") is None
    fooled = line.replace("3", "9") + line
    assert find_verdict(fooled) == Verdict(3, 20, True, True)
    assert (
        find_reason("x\nalw: r.json cannot be read: the loop stops here\n")
        == "r.json cannot be read"
    )
    assert find_reason(line) == ""


LOOP = Tasks.of(compiled(BEHIND_THE_LOOP))
ALL = dict.fromkeys(LOOP.names.values(), State.FINISHED)
BODY = dict.fromkeys(("simulate", "fit", "decide", "note"), State.FINISHED)
GOES_ON = Verdict(2, 3, True, True)
ENDS: list[tuple[Mapping[str, State], Verdict | None, End, str]] = [
    (ALL, Verdict(2, 3, False, False), End.CONDITION, "the condition is false in iteration 2 of 3"),
    (ALL, Verdict(3, 3, False, False), End.CONDITION, "the condition is false in iteration 3 of 3"),
    (ALL, Verdict(3, 3, True, False), End.BOUND,
     "the condition still holds after all 3 iterations"),
    (ALL | {"fit": State.PARTLY}, Verdict(2, 3, False, False), End.CONDITION,
     "the condition is false in iteration 2 of 3"),
    ({"simulate": State.FAILED}, None, End.FAILURE,
     "task 'simulate' failed in iteration 2; 'fit', 'decide', 'note' and 2 more did not run"),
    ({**BODY, "decide": State.CANCELLED}, None, End.FAILURE,
     "task 'decide' was cancelled in iteration 2; 'final', 'report' did not run"),
    (ALL | {"final": State.FAILED}, Verdict(2, 3, False, False), End.FAILURE,
     "the condition is false in iteration 2 of 3, but task 'final' failed in iteration 2"),
    (BODY, GOES_ON, End.FAILURE,
     "iDDS has stopped the loop early, in iteration 2; 'final', 'report' did not run"),
    (BODY, Verdict(2, 3, False, False), End.FAILURE,
     "iDDS has stopped the loop early, in iteration 2; 'final', 'report' did not run"),
    (BODY, None, End.FAILURE,
     "learner 'decide' has no result in iteration 2; 'final', 'report' did not run"),
]  # fmt: skip


@pytest.mark.parametrize(("states", "verdict", "end", "says"), ENDS)
def test_why_a_loop_has_ended(
    states: Mapping[str, State], verdict: Verdict | None, end: End, says: str
) -> None:
    found = find_end(LOOP, 2, states, verdict)
    assert (found.end, found.verdict) == (end, says)


def test_a_loop_without_a_condition_ends_by_its_bound() -> None:
    text = BEHIND_THE_LOOP.replace("while decide.m < 5 ", "")
    found = find_end(Tasks.of(compiled(text)), 3, ALL, Verdict(3, 3, True, False))
    assert (found.end, found.verdict) == (End.BOUND, "all 3 iterations are done")


def test_without_a_loop_all_is_done_or_not() -> None:
    text = """workflow a { dataset = "user.w.a"
    task t { exec = "true" } task u { exec = "true" after t } }"""
    tasks = Tasks.of(compiled(text))
    done = dict.fromkeys("tu", State.FINISHED)
    assert find_end(tasks, 1, done, None).end is End.DONE
    failed = find_end(tasks, 1, {"t": State.FAILED}, None)
    assert (failed.end, failed.verdict) == (End.FAILURE, "task 't' failed; 'u' did not run")
    early = find_end(tasks, 1, {"t": State.FINISHED}, None)
    assert (early.end, early.verdict) == (End.FAILURE, "iDDS has stopped early; 'u' did not run")
