"""The clerk sees what the server was seen to do: forms that fail there fail here, the others run.

An oracle that is kinder than the engine is worse than none.  Each form that must fail is one that
was tried on the whole server; ``docs/engine.md`` has them with their causes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from alw.execution.engine import speed
from tests.oracles.clerk import Ending, Order, Submission, Trace, orders, run, to_jsonb
from tests.oracles.clerk.forms import Form, condition_of, identity, made

RUNS = 3
ORDERS = 20
LOOP = ("sim.is_processed -> learn",)
Answer = Callable[[Submission], Mapping[str, object] | None]


def until_three(submission: Submission) -> dict[str, object]:
    return {"x": 1.5 * submission.run, "to_continue": submission.run < RUNS}


def traces(
    form: Form | dict[str, Any],
    answer: Answer = until_three,
    endings: Callable[[Submission], Ending] = lambda submission: Ending.FINISHED,
) -> list[Trace]:
    workflow = made(form) if isinstance(form, Form) else form
    return [run(workflow, answer, endings, order, 400) for order in orders(ORDERS)]


def task(submission: Submission) -> str:
    """The name in the form, and the iteration."""
    return submission.name.removeprefix("user.t.")


def tasks(trace: Trace) -> Counter[str]:
    return Counter(map(task, trace.submissions))


def counted(*names: str, runs: int = RUNS) -> Counter[str]:
    return Counter(f"{name}.{number + 1}" for name in names for number in range(runs))


SIMPLE = Form({"sim": "", "learn": "to_continue"}, LOOP, "learn", {"x": 0.5})

#: What each form must do, in every order: its tasks and the final status.
RUNNING: dict[str, tuple[Form, Counter[str], str]] = {
    "simulate, learn": (SIMPLE, counted("sim", "learn"), "Finished"),
    "a chain": (
        Form(
            {"a": "", "b": "", "learn": "to_continue", "late": ""},
            ("a.is_processed -> b", "b.is_processed -> learn", "learn.is_processed -> late"),
            "learn",
            {"x": 0.5},
        ),
        counted("a", "b", "learn", "late"),
        "Finished",
    ),
    "two beside each other before the learner": (
        Form(
            {"a": "", "b": "", "learn": "to_continue"},
            ("a.is_processed b.is_processed -> learn",),
            "learn",
        ),
        counted("a", "b", "learn"),
        "Finished",
    ),
    "a parallel tail as a workflow inside": (
        Form(
            {"sim": "", "learn": "to_continue", "tail": Form({"p": "", "q": "", "r": ""})},
            (*LOOP, "learn.is_processed -> tail"),
            "learn",
        ),
        counted("sim", "learn", "p", "q", "r"),
        "Finished",
    ),
    "a tail of two chains and a diamond": (
        Form(
            {
                "sim": "",
                "learn": "to_continue",
                "tail": Form(
                    {"p": "", "q": "", "r": "", "s": ""},
                    ("p.is_processed -> q r", "q.is_processed r.is_processed -> s"),
                ),
            },
            (*LOOP, "learn.is_processed -> tail"),
            "learn",
        ),
        counted("sim", "learn", "p", "q", "r", "s"),
        "Finished",
    ),
    "a task after the loop": (
        Form(
            {"sim": "", "learn": "to_continue", "final": ""},
            (
                *LOOP,
                "learn.is_processed learn.get_output_data learn.get_not_custom_condition_status"
                " -> final",
            ),
            "learn",
        ),
        counted("sim", "learn") + Counter({f"final.{RUNS}": 1}),
        "Finished",
    ),
    "yes and no": (
        Form(
            {"q": "good", "yes": "", "no": ""},
            (
                "q.is_processed q.get_custom_condition_status -> yes",
                "q.is_processed q.get_output_data q.get_not_custom_condition_status -> no",
            ),
            iterates=False,
        ),
        Counter(["q", "yes"]),
        "SubFinished",
    ),
    "an optional task as a workflow inside": (
        Form(
            {
                "q": "good",
                "yes": Form({"y": ""}, iterates=False),
                "no": Form({"n": ""}, iterates=False),
            },
            (
                "q.is_processed q.get_custom_condition_status -> yes",
                "q.is_processed q.get_output_data q.get_not_custom_condition_status -> no",
            ),
            iterates=False,
        ),
        Counter(["q", "y"]),
        "Finished",
    ),
}


def good_until_three(submission: Submission) -> dict[str, object]:
    return until_three(submission) | {"good": True}


@pytest.mark.parametrize("name", RUNNING)
def test_a_form_that_runs_on_the_server_runs(name: str) -> None:
    form, wanted, status = RUNNING[name]
    for trace in traces(form, good_until_three):
        assert (tasks(trace), trace.status) == (wanted, status)
        assert trace.settled and not trace.errors


# Forms that fail


def outcomes(found: list[Trace]) -> Counter[tuple[str, int]]:
    return Counter((trace.status, len(trace.runs())) for trace in found)


def test_a_look_between_release_and_submission_ends_a_loop() -> None:
    """Trap 9: without ``submitted`` a release is counted twice, and the run never terminates."""
    found = outcomes(traces(replace(SIMPLE, submitted=False)))
    assert found["Finished", 1] and found["Finished", 2] and found["Finished", RUNS]
    assert {status for status, _ in found} == {"Finished"}
    prompt = Order(idle=0, burst=1, slow=0)  # what hid it: every task is accepted at once
    trace = run(made(replace(SIMPLE, submitted=False)), until_three, order=prompt)
    assert outcomes([trace]) == {("Finished", RUNS): 1}


def test_a_body_with_two_ends_loses_iterations() -> None:
    """Trap 14: of works that end in one look every second one is skipped."""
    form = Form(
        {"sim": "", "learn": "to_continue", "late": ""},
        ("sim.is_processed -> learn late",),
        "learn",
    )
    found = outcomes(traces(form))
    assert any(runs < RUNS for _, runs in found)
    assert found["Finished", RUNS]


def test_two_tasks_that_follow_the_learner_lose_iterations() -> None:
    form = Form(
        {"sim": "", "learn": "to_continue", "p": "", "q": ""},
        (*LOOP, "learn.is_processed -> p q"),
        "learn",
    )
    found = outcomes(traces(form))
    assert found["Finished", 1] >= 5


def test_a_value_is_read_too_early_beside_other_tasks() -> None:
    """Trap 14: a learner beside ordinary tasks that end in the same look."""
    works = dict.fromkeys(("a", "b", "c", "d"), "")
    form = Form(
        {"sim": "", **works, "q": "good", "next": ""},
        ("sim.is_processed -> a b c d q", "q.is_processed -> next"),
        params={"x": 0},
        iterates=False,
    )
    read = {
        submission.task_map["cliParams"]
        for trace in traces(form, lambda submission: {"x": 1})
        for submission in trace.submissions
        if task(submission) == "next"
    }
    assert read == {"next 0", "next 1"}


def test_a_negative_condition_without_the_data_fires_always() -> None:
    """Trap 5: after a reload the data of a learner are empty at first."""
    form = Form(
        {"q": "good", "yes": "", "no": ""},
        (
            "q.is_processed q.get_custom_condition_status -> yes",
            "q.is_processed q.get_not_custom_condition_status -> no",
        ),
        iterates=False,
    )
    both = [trace for trace in traces(form, good_until_three) if tasks(trace)["no"]]
    assert len(both) > 5


def test_a_nested_condition_is_true_at_once() -> None:
    """Trap 2: a condition in ``conditions`` loses what it is bound to."""
    inner = condition_of("Or", ["a.is_finished", "a.is_failed"], (), "inner")
    form = Form(
        {"a": "", "b": "", "join": ""},
        ("b.is_processed -> join",),
        iterates=False,
        more={
            "0": {
                "_conditions": [
                    {"idds_method": "is_condition_true", "idds_method_condition": inner},
                    {"idds_method": "is_processed", "idds_method_internal_id": identity("b")},
                ]
            }
        },
    )
    early = []
    for trace in traces(form):
        seen = [(what, task(submission)) for what, submission in trace.events]
        if ("begin", "join") in seen:
            early.append(seen.index(("begin", "join")) < seen.index(("end", "a")))
    assert any(early)


def test_a_condition_released_by_another_ends_a_loop() -> None:
    """Trap 2: inside a loop the server does not keep that the inner one has fired."""
    inner = condition_of("And", ["b.is_processed"], ["learn"], "inner")
    form = Form(
        {"a": "", "b": "", "learn": "to_continue"},
        ("a.is_processed -> learn",),
        "learn",
        more={"0": {"_true_works": [inner]}},
    )
    assert outcomes(traces(form))["Finished", 1] == ORDERS


def test_a_looping_workflow_inside_stops_after_its_first_iteration() -> None:
    """Trap 13: its iterations are looked up under the number of the outer run."""
    form = Form({"first": "", "inner": SIMPLE}, ("first.is_processed -> inner",), iterates=False)
    for trace in traces(form):
        assert tasks(trace) == Counter(["first", "sim.1", "learn.1"])


def test_a_workflow_inside_that_nothing_releases_cannot_start() -> None:
    """Trap 4: it has no ``get_ancestry_works``."""
    for trace in traces(Form({"inner": Form({"p": ""})}, iterates=False)):
        assert "get_ancestry_works" in trace.errors[0]
        assert trace.status == "Stalled"


def test_a_condition_over_a_workflow_that_has_not_started_breaks_every_look() -> None:
    """Trap 10."""
    form = Form(
        {"a": "", "inner": Form({"p": ""}), "b": ""},
        ("a.is_failed -> inner", "a.is_processed | inner.is_processed -> b"),
        iterates=False,
    )
    found = traces(form)
    assert any("There are no runs" in error for trace in found for error in trace.errors)


def test_a_field_that_begins_with_user_overwrites_every_parameter() -> None:
    """Trap 15."""
    form = replace(SIMPLE, params={"x": 0.5, "mean_value": 0.25})

    def answer(submission: Submission) -> dict[str, object]:
        more = {"to_continue": submission.run < RUNS, "x": 1.5, "mean_value": 2.5}
        return {**more, "user_mean_value": 9}

    second = {
        submission.task_map["cliParams"]
        for trace in traces(form, answer)
        for submission in trace.submissions
        if task(submission) == "sim.2"
    }
    assert second == {"sim 2.5 2.5"}


def test_a_name_that_comes_again_gets_the_old_task() -> None:
    found = traces(replace(SIMPLE, iterates=False))
    assert all(len(trace.submissions) == 2 for trace in found)


# What endings make of a request

ENDED: list[tuple[str, Ending, int, str, int]] = [
    # the task, how it ends, in which iteration; the final status, the number of tasks
    ("sim", Ending.FAILED, 2, "Failed", 3),
    ("sim", Ending.CANCELLED, 2, "Failed", 3),
    ("sim", Ending.BROKEN, 2, "Failed", 3),
    ("sim", Ending.SUBFINISHED, 2, "Finished", 6),
    ("sim", Ending.SUBFINISHED, 3, "SubFinished", 6),
    ("learn", Ending.FAILED, 2, "SubFinished", 4),
    ("learn", Ending.CANCELLED, 2, "SubFinished", 4),
    ("learn", Ending.BROKEN, 2, "SubFinished", 4),
    ("learn", Ending.SUBFINISHED, 2, "Finished", 6),
    ("learn", Ending.SUBFINISHED, 3, "SubFinished", 6),
]


@pytest.mark.parametrize(("name", "ending", "iteration", "status", "number"), ENDED)
def test_a_request_ends_as_its_last_iteration_does(
    name: str, ending: Ending, iteration: int, status: str, number: int
) -> None:
    def endings(submission: Submission) -> Ending:
        return ending if task(submission) == f"{name}.{iteration}" else Ending.FINISHED

    for trace in traces(SIMPLE, until_three, endings):
        assert (trace.status, len(trace.submissions)) == (status, number)
        assert trace.settled


def test_a_learner_without_a_file_ends_the_loop() -> None:
    for trace in traces(SIMPLE, lambda submission: None):
        assert (trace.status, len(trace.submissions)) == ("Finished", 2)


# The oracle itself


@pytest.mark.parametrize("jsonb", [True, False])
def test_an_order_is_the_same_each_time_and_fast_or_not(jsonb: bool) -> None:
    form = made(RUNNING["a parallel tail as a workflow inside"][0])
    for seed in range(3):
        order = Order(seed, jsonb=jsonb, burst=4)
        fast = run(form, until_three, order=order)
        with speed.switch_off():
            assert run(form, until_three, order=order) == fast
        assert run(form, until_three, order=order) == fast
    assert run(form, until_three, order=Order(1)) != run(form, until_three, order=Order(2))


@pytest.mark.parametrize(
    ("value", "back"),
    [(0.5, "0.5"), (1.0, "1.0"), (1e-7, "1e-07"), (1e22, "1" + "0" * 22), (-0.0, "0.0"), (7, "7")],
)
def test_postgresql_gives_numbers_back_in_its_own_way(value: float, back: str) -> None:
    """As ``select '…'::jsonb`` does; a value of 1e22 reaches a command as 23 digits."""
    assert str(to_jsonb(value)) == back
    form = made(replace(SIMPLE, params={"x": value}))
    first = run(form, until_three).submissions[0]
    assert first.task_map["cliParams"] == f"sim {back}"


def test_postgresql_orders_keys_and_refuses_what_it_cannot_hold() -> None:
    assert list(to_jsonb({"bb": 1, "c": [{"zz": 1, "a": 2}], "é": 0})) == ["c", "bb", "é"]
    for value in (float("nan"), float("inf"), "a\0b"):
        with pytest.raises(ValueError, match="jsonb has no"):
            to_jsonb([value])


def test_every_kind_of_moment_comes() -> None:
    """Looks that find nothing, several ends in one look, a look before a submission."""
    looks = [trace.looks for trace in traces(SIMPLE)]
    assert min(looks) < 2 * RUNS + 2 < max(looks)
