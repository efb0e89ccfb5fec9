"""Simulations: where results come from, how tasks end, and what is said of what does not fit."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import alw
from alw.execution.api import simulation_of
from alw.execution.history import End, State
from alw.execution.judging import FieldKind
from alw.execution.learner_results import UnusableResults, _value, draw_results, parse_results
from alw.execution.outcomes import Outcomes, UnknownTask
from alw.plan.exec_option import read_exec
from tests.engine.programs import BEHIND_THE_LOOP, CHAIN, MANY_PARAMETERS, compiled

LOOP = alw.compile_text(BEHIND_THE_LOOP)
GOOD = [{"m": 2}, {"m": 7.5}]


def nearer(learner: str, iteration: int, values: Mapping[str, object]) -> dict[str, object]:
    assert learner == "decide"
    return {"m": 3 * iteration}


def test_a_function_gives_results_from_the_values() -> None:
    asked: list[tuple[str, int, Mapping[str, object]]] = []

    def answer(learner: str, iteration: int, values: Mapping[str, object]) -> dict[str, object]:
        asked.append((learner, iteration, values))
        return nearer(learner, iteration, values)

    simulation = alw.simulate(LOOP, answer)
    assert asked == [("decide", 1, {"m": 1.0}), ("decide", 2, {"m": 3})]
    assert (simulation.end, simulation.engine_status) == (End.CONDITION, "Finished")
    assert simulation.verdict == "the condition is false in iteration 2 of 3"
    assert [[t.name for t in i.tasks] for i in simulation.iterations] == [
        ["simulate", "fit", "decide", "note"],
        ["simulate", "fit", "decide", "note", "final", "report"],
    ]
    last = {task.name: task for task in simulation.iterations[1].tasks}
    assert last["final"].command == "final 6.0 %IN"
    assert last["decide"].result == {"m": 6.0}
    assert simulation.iterations[1].values == {"m": 3.0}


def test_numbers_of_jobs_are_told_where_they_are_known() -> None:
    (only,) = alw.simulate(alw.compile_text(CHAIN)).iterations
    jobs = {task.name: (task.most_jobs, task.exact) for task in only.tasks}
    assert jobs["evgen"] == (5, True)
    assert jobs["sim"] == (5, False)
    first = alw.simulate(LOOP).iterations[0]
    assert {t.name: t.most_jobs for t in first.tasks}["decide"] == 1


def test_a_result_that_the_check_refuses_fails_the_learner() -> None:
    simulation = alw.simulate(LOOP, lambda *_: {"m": "high"})
    decide = simulation.iterations[0].tasks[-1]
    assert (decide.name, decide.state, decide.result) == ("decide", State.FAILED, None)
    assert decide.reason == "r.json has in field m not float but 'high'"
    assert (simulation.end, simulation.engine_status) == (End.FAILURE, "SubFinished")
    missing = alw.simulate(LOOP, lambda *_: None)
    assert missing.iterations[0].tasks[-1].reason == "r.json cannot be read"


def test_a_result_that_json_cannot_hold_is_an_error_of_the_function() -> None:
    def answer(*_: object) -> Any:
        return {"m": {1, 2}}

    with pytest.raises(TypeError, match="'decide' in iteration 1 cannot be written as JSON"):
        alw.simulate(LOOP, answer)


@pytest.mark.parametrize("results", [GOOD, {"decide": GOOD}])
def test_results_in_lists(results: Any) -> None:
    simulation = alw.simulate(LOOP, results)
    assert [i.tasks[2].result for i in simulation.iterations] == [{"m": 2.0}, {"m": 7.5}]


WRONG: list[tuple[Any, str, str]] = [
    ([{"m": 1}], "results has 1 result for 'decide', but the loop goes on to iteration 2", "add"),
    ([], "results has 0 results for 'decide', but", "add"),
    ([{"m": 1}, {"mm": 1}], "results: item 2 does not fit: r.json has no field m", "did you mean"),
    ([{"m": True}], "item 1 does not fit: r.json has in field m not float", "the fields are m"),
    ({"decide": [{}]}, "results: 'decide', item 1 does not fit", "the fields are m: float"),
    ({"decid": []}, "there is no learner 'decid'", "did you mean 'decide'"),
    ([1], "item 1 is a number", "write"),
    ({"decide": {"m": 1}}, "results: decide: an object, not a list", "write"),
    ("text", "a string, not a list", "write"),
    ([None], "item 1 is null", "write"),
]


@pytest.mark.parametrize(("results", "says", "helps"), WRONG)
def test_results_that_do_not_fit(results: Any, says: str, helps: str) -> None:
    with pytest.raises(UnusableResults) as error:
        alw.simulate(LOOP, results)
    assert says in str(error.value)
    assert helps in error.value.help


@pytest.mark.parametrize("text", ["", "[", "[" * 100_000, "[" + "9" * 5000 + "]", "{'a': 1}"])
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(UnusableResults, match="where: it is"):
        parse_results(text, "where")


# How tasks end


def ends(**given: list[str]) -> tuple[str, str]:
    simulation = alw.simulate(LOOP, nearer, **given)  # type: ignore[arg-type]
    return simulation.verdict, simulation.engine_status


def test_a_task_that_fails_ends_the_loop() -> None:
    failed = "task 'fit' failed in iteration 2; 'decide', 'note', 'final' and 1 more did not run"
    assert ends(fail=["fit.2"]) == (failed, "SubFinished")
    assert ends(cancel=["simulate"])[0].startswith("task 'simulate' was cancelled in iteration 1;")
    assert ends(fail=["final"])[0] == (
        "the condition is false in iteration 2 of 3, but task 'final' failed in iteration 2; "
        "'report' did not run"
    )


def test_a_task_that_finishes_in_part_does_not() -> None:
    assert ends(partly=["simulate", "decide.1"]) == (
        "the condition is false in iteration 2 of 3",
        "SubFinished",
    )


def test_an_iteration_says_more_than_all_of_them() -> None:
    verdict, _ = ends(fail=["fit"], partly=["fit.1"])
    assert verdict.startswith("task 'fit' failed in iteration 2")


@pytest.mark.parametrize(
    ("text", "says", "helps"),
    [
        ("fitt", "there is no task 'fitt'", "did you mean 'fit'?"),
        ("", "there is no task ''", ""),
        ("fit.4", "'fit.4': the loop has at most 3 iterations", ""),
        ("fit.0", "'fit.0' does not end in the number of an iteration", ""),
        ("fit.x", "'fit.x' does not end", ""),
        ("fit.²", "'fit.²' does not end", ""),
        ("fit.", "'fit.' does not end", ""),
        ("final.1", "'final' is not in a loop, and runs once", "write: final"),
    ],
)
def test_outcomes_of_what_there_is_not(text: str, says: str, helps: str) -> None:
    with pytest.raises(UnknownTask) as error:
        alw.simulate(LOOP, fail=[text])
    assert str(error.value).startswith(says)
    assert helps in error.value.help


def test_a_task_ends_in_one_way() -> None:
    with pytest.raises(UnknownTask, match=r"'fit.1' cannot end in two ways"):
        alw.simulate(LOOP, fail=["fit.1"], cancel=["fit.1"])


# Drawn results


@pytest.mark.slow
def test_drawn_results_are_the_same_for_a_seed_and_pass_the_check() -> None:
    workflow = compiled(MANY_PARAMETERS)
    seen = set()
    for seed in range(20):
        once, again = (simulation_of(workflow, draw_results(seed)) for _ in range(2))
        assert once == again
        assert once.end in (End.CONDITION, End.BOUND)
        seen.add(json.dumps([dict(i.values) for i in once.iterations]))
    assert len(seen) > 10


def test_a_field_is_drawn_the_same_whatever_else_there_is() -> None:
    more = BEHIND_THE_LOOP.replace("{ m: float }", "{ extra: int, m: float, on: bool }")
    one, two = (alw.simulate(alw.compile_text(text)) for text in (BEHIND_THE_LOOP, more))
    assert [i.values for i in one.iterations] == [i.values for i in two.iterations]


@pytest.mark.parametrize("letters", [None, "abc", "XYZ", "0123.", "_", "-_", "", "@+", "_a-"])
def test_a_string_is_drawn_from_its_letters(letters: str | None) -> None:
    import random

    text = _value(FieldKind("string", letters), random.Random(1))
    assert isinstance(text, str)
    assert letters is None or set(text) <= set(letters)


# The library


def test_a_file_is_compiled_and_its_errors_are_told(tmp_path: Path) -> None:
    file = tmp_path / "w.alw"
    file.write_text(BEHIND_THE_LOOP)
    assert alw.simulate(file, nearer).ok
    file.write_text(BEHIND_THE_LOOP.replace("{m} {iteration}", "{mm} {iteration}"))
    with pytest.raises(ValueError, match="nothing is called 'mm'"):
        alw.simulate(file)
    several = alw.compile_text(BEHIND_THE_LOOP + CHAIN)
    with pytest.raises(ValueError, match="several workflows: behind, chain"):
        alw.simulate(several)
    assert alw.simulate(several, workflow="chain").end is End.DONE


def test_of_a_task_that_has_ended_only_its_row_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    from alw.execution import play as playing
    from alw.execution.engine import IddsRequest

    made: list[IddsRequest] = []

    class Kept:
        @staticmethod
        def of(text: str) -> IddsRequest:
            made.append(IddsRequest.of(text))
            return made[0]

    monkeypatch.setattr(playing, "IddsRequest", Kept)
    text = BEHIND_THE_LOOP.replace("while decide.m < 5 at most 3", "at most 30")
    play = playing.Play(compiled(text), draw_results(0), Outcomes())
    sizes = [len(made[0].metadata) for _ in play.iterations()]
    assert max(sizes[5:25]) < 1.1 * min(sizes[5:25])
    (request,) = made
    assert request.seen is None
    assert len(request.transforms) == play.submitted == 30 * 4 + 2
    assert not any(made.submission.task_map for made in request.transforms)


@pytest.mark.parametrize("words", [["a 'b' c"], ["'"], ["a\\'b", "x"], ["plain"], ['"', "'"], [""]])
def test_the_command_is_read_as_a_shell_reads_it(words: list[str]) -> None:
    line = f"prun --exec {shlex.join(words[:1])} {shlex.join(words[1:])}".strip()
    assert read_exec({"cliParams": line}) == words[0]
    assert read_exec({"cliParams": f"prun --outDS x {line[5:]}"}) == words[0]
    assert read_exec({"cliParams": f"prun --exec='a'{shlex.quote(words[0])}"}) == "a" + words[0]


def test_datasets_in_a_list_are_told_one_by_one() -> None:
    text = """workflow both { dataset = "user.w.both"
    task a { exec = "a x" outputs = ["x"] } task b { exec = "b x" outputs = ["x"] n_jobs = 3 }
    task c { exec = "c %IN" in_ds = [a.outputs[0], b.outputs[0]] } }"""
    (only,) = alw.simulate(alw.compile_text(text)).iterations
    merge = only.tasks[-1]
    assert merge.inputs == ("user.w.both.a_x/", "user.w.both.b_x/")
    assert (merge.most_jobs, merge.exact) == (4, False)


def test_a_large_number_comes_back_as_the_database_writes_it() -> None:
    """PostgreSQL has no exponents: what JSON has as 4.5e+16 is an integer when it comes back."""
    text = """workflow w { dataset = "user.w.w" loop l { param m: float = 0.5
    learn fit { exec = "python3 fit.py {m}" result "r.json" { m: float } }
    repeat at most 2 times } }"""
    simulation = alw.simulate(alw.compile_text(text), results=lambda *_: {"m": 4.5e16})
    assert simulation.iterations[1].tasks[0].command == "python3 fit.py 45000000000000000"
