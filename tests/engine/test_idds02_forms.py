"""What else iDDS 0.2.1 runs, and what it does not, beside the seed's recipe.

The workflows have no more in them than the release needs (``documents``), which is tested too.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator

import pytest

from tests.oracles.idds02.documents import condition, learner, simple_map, task, workflow
from tests.oracles.idds02.model import Json
from tests.oracles.idds02.oracle import Run, Trace, run_all

SET = "user.wguan.al"
DATA = f"{SET}_0_output.json"
VALUES: Json = {"m1": 0.5, "n": 3}
FIRST: Json = {"m1": "first", "n": 200}


def answers(*values: object) -> list[str | None]:
    return [json.dumps(value) for value in values]


def simulate(command: str = "s.py {m1} {n}", dataset: str = SET, **attributes: object) -> Json:
    return task(simple_map(dataset, command), dataset, f"{dataset}_output.json", **attributes)


def merge() -> Json:
    return learner("merge.py {output_json} {x}", {"output_json": "merge.json", "x": 1}, DATA)


def loop(first: Json = FIRST, command: str = "s.py {m1} {n}") -> Json:
    works = {"p": simulate(command, parameters=first), "l": merge()}
    return workflow(works, {"p": [condition("is_finished", "l")],
                            "l": [condition("generate_new_task", "p")]}, ["p"])  # fmt: skip


def then(*conditions: Json) -> list[Json]:
    return list(conditions)


FINAL = simulate("final.py {m1}", f"{SET}.final", parameters=FIRST)
SECOND = simulate("second.py {m1}", f"{SET}.second", parameters=FIRST)
TO_LEARNER = {"p": then(condition("is_finished", "l"))}

ENDS = {"empty": "{}", "empty list": "[]", "zero": "0", "null": "null", "broken": "{", "none": None}
RUNS: dict[str, Run] = {
    **{name: Run(loop(), [*answers(VALUES), output]) for name, output in ENDS.items()},
    "list": Run(loop(), answers([0]), submissions=3),
    "key missing": Run(loop(), answers({"m1": 1}), submissions=3),
    "stop flag": Run(loop(), answers({**VALUES, "to_continue": False}), submissions=3),
    "string": Run(loop(), answers({"m1": "a b;'{n}%20", "n": None}), submissions=3),
    "partial": Run(loop(), answers(VALUES), states=["finished"]),
    "failed": Run(loop(), answers(VALUES), states=["failed"]),
    "failed later": Run(loop(), answers(VALUES, VALUES), states=["done", "failed"]),
    "braces": Run(loop(command="s.py {m1} ${{IN}}"), answers({}), submissions=1),
    "bare braces": Run(loop(command="s.py {m1} ${IN}"), answers({}), submissions=1),
    "one": Run(workflow({"p": simulate("a.py")}, {}, ["p"])),
    "one, kept": Run(workflow({"p": simulate("a.py", initialized=True)}, {}, ["p"])),
    "no initial work": Run(workflow({"p": simulate("a.py")}, {}, [])),
    "two": Run(workflow({"p": simulate("a.py"), "q": SECOND}, {}, ["p", "q"])),
    "chain": Run(workflow({"p": simulate("a.py"), "q": SECOND},
                          {"p": then(condition("is_finished", "q"))}, ["p"])),
    "join": Run(workflow({"p": simulate("a.py"), "q": SECOND, "r": FINAL},
                         {"p": then(condition("is_finished", "r")),
                          "q": then(condition("is_finished", "r"))}, ["p", "q"])),
    "two in the loop": Run(workflow({"p": simulate(parameters=FIRST), "q": SECOND, "l": merge()},
                                    {"p": then(condition("is_finished", "q")),
                                     "q": then(condition("is_finished", "l")),
                                     "l": then(condition("generate_new_task", "p"))}, ["p"]),
                           answers(VALUES)),
    "behind": Run(workflow({"p": simulate(parameters=FIRST), "l": merge(), "f": FINAL},
                           {**TO_LEARNER, "l": then(condition("generate_new_task", "p", "f"))},
                           ["p"]), answers(VALUES, {})),
    "after the learner": Run(workflow({"p": simulate(parameters=FIRST), "l": merge(), "f": FINAL},
                                      {**TO_LEARNER, "l": then(condition("is_finished", "f"))},
                                      ["p"]), answers(VALUES)),
    "two learners": Run(workflow({"l": merge(), "k": learner("k.py {m1}", {}, DATA)},
                                 {"l": then(condition("generate_new_task", "k"))}, ["l"]),
                        answers({"m1": 7}, VALUES)),
    "learner without a key": Run(workflow({"l": learner("m.py {y}", {}, DATA)}, {}, ["l"]),
                                 answers(VALUES)),
}  # fmt: skip


def unrolled(iterations: int) -> Json:
    """Works of their own for each iteration: named, followed and bounded by the JSON itself."""
    works: dict[str, Json] = {}
    conditions: dict[str, list[Json]] = {}
    for number in range(1, iterations + 1):
        data = f"{SET}.{number}"
        values = {"parameters": FIRST} if number == 1 else {}
        task_map = simple_map(data, "s.py {m1} {n}")
        works[f"p{number}"] = task(task_map, "(never)", f"{data}_output.json", **values)
        works[f"l{number}"] = learner("merge.py {i}", {"i": number}, f"{data}_output.json")
        conditions[f"p{number}"] = then(condition("is_finished", f"l{number}"))
        if number < iterations:
            conditions[f"l{number}"] = then(condition("generate_new_task", f"p{number + 1}"))
    return workflow(works, conditions, ["p1"])


def entered() -> Json:
    """A work of its own for the first iteration, whose map holds the values, in the jobs too."""
    first = simple_map(SET, "s.py 1.5 200", "s.py%201.5%20200")
    entry = task(first, SET, f"{SET}_output.json", initialized=True)
    conditions = {
        "e": then(condition("is_finished", "l")),
        "p": then(condition("is_finished", "l")),
        "l": then(condition("generate_new_task", "p")),
    }
    return workflow({"e": entry, "p": simulate(), "l": merge()}, conditions, ["e"])


RUNS["entered"] = Run(entered(), answers(VALUES))
RUNS["unrolled"] = Run(unrolled(3), answers(VALUES, VALUES, VALUES, VALUES))
RUNS["unrolled, stopped"] = Run(unrolled(3), answers({}))


@pytest.fixture(scope="module")
def traces() -> dict[str, Trace]:
    return dict(zip(RUNS, run_all(list(RUNS.values())), strict=True))


def commands(trace: Trace) -> list[str]:
    return [
        found[1] if (found := re.search('--exec "(.*)" --outDS', command)) else command
        for command in trace.commands
    ]


LEARNER = "python merge.py merge.json 1"


@pytest.mark.parametrize("output", ENDS)
def test_every_output_that_is_not_true_ends_the_loop(traces: dict[str, Trace], output: str) -> None:
    assert commands(traces[output]) == ["s.py first 200", LEARNER, "s.py 0.5 3", LEARNER]
    assert traces[output].status == "SubFinished"


def test_a_flag_to_stop_is_not_read(traces: dict[str, Trace]) -> None:
    assert commands(traces["stop flag"])[2:] == ["s.py 0.5 3"]


@pytest.mark.parametrize(("output", "error"), [("list", "mapping"), ("key missing", "'n'")])
def test_incomplete_values_leave_every_placeholder(
    traces: dict[str, Trace], output: str, error: str
) -> None:
    last = traces[output].submissions[2]
    assert commands(traces[output])[2] == "s.py {m1} {n}"
    assert error in last.errors[0]
    assert traces[output].errors == []


def test_a_string_is_inserted_as_it_is(traces: dict[str, Trace]) -> None:
    assert commands(traces["string"])[2] == "s.py a b;'{n}%20 None"


def test_doubled_braces_are_kept_and_bare_ones_stop_the_filling(traces: dict[str, Trace]) -> None:
    assert commands(traces["braces"]) == ["s.py first ${IN}"]
    assert commands(traces["bare braces"]) == ["s.py {m1} ${IN}"]


def test_task_with_failed_jobs_never_ends(traces: dict[str, Trace]) -> None:
    assert len(traces["partial"].submissions) == 1
    assert traces["partial"].status == "Transforming"


def test_failed_task_ends_the_request(traces: dict[str, Trace]) -> None:
    assert commands(traces["failed"]) == ["s.py first 200"]
    assert traces["failed"].status == "Failed"
    assert commands(traces["failed later"]) == ["s.py first 200", LEARNER, "s.py 0.5 3"]
    assert traces["failed later"].status == "SubFinished"


def test_tasks_without_a_loop(traces: dict[str, Trace]) -> None:
    assert commands(traces["one"]) == ["a.py"]
    assert commands(traces["two"]) == ["a.py", "second.py first"]
    assert commands(traces["chain"]) == ["a.py", "second.py first"]
    assert {traces[name].status for name in ("one", "two", "chain")} == {"Finished"}
    assert traces["no initial work"].status == "NotSubmitted"


def test_names_carry_the_number_of_works_made_before(traces: dict[str, Trace]) -> None:
    def names(name: str) -> list[object]:
        return [s.task_map["taskName"] for s in traces[name].submissions if s.task_map]

    assert names("one") == [f"{SET}_0/"]
    assert names("one, kept") == [f"{SET}/"]
    assert names("chain") == [f"{SET}_0/", f"{SET}.second_1/"]
    assert names("unrolled") == [f"{SET}.1/", f"{SET}.2/", f"{SET}.3/"]


def test_join_runs_twice(traces: dict[str, Trace]) -> None:
    ran = commands(traces["join"])
    assert sorted(ran) == ["a.py", "final.py first", "final.py first", "second.py first"]


def test_second_task_of_a_loop_never_gets_a_value(traces: dict[str, Trace]) -> None:
    assert commands(traces["two in the loop"]) == [
        "s.py first 200", "second.py first", LEARNER, "s.py 0.5 3", "second.py first", LEARNER,
    ]  # fmt: skip


def test_task_behind_the_loop_runs_without_values(traces: dict[str, Trace]) -> None:
    assert commands(traces["behind"])[-2:] == [LEARNER, "final.py first"]
    assert traces["behind"].status == "SubFinished"


def test_work_behind_a_learner_gets_its_output(traces: dict[str, Trace]) -> None:
    assert commands(traces["after the learner"]) == ["s.py first 200", LEARNER, "final.py 0.5"]
    assert commands(traces["two learners"]) == [LEARNER, "python k.py 7"]
    assert traces["after the learner"].status == "Finished"


def test_learner_whose_arguments_cannot_be_filled_runs_none(traces: dict[str, Trace]) -> None:
    assert commands(traces["learner without a key"]) == ["python None"]


def test_unrolled_loop_is_bounded_and_its_learners_follow(traces: dict[str, Trace]) -> None:
    trace = traces["unrolled"]
    assert commands(trace) == [
        "s.py first 200", "python merge.py 1", "s.py 0.5 3", "python merge.py 2",
        "s.py 0.5 3", "python merge.py 3",
    ]  # fmt: skip
    downloads = [s.downloads for s in trace.submissions if s.script]
    assert downloads == [[f"user.wguan:{SET}.{n}_output.json"] for n in (1, 2, 3)]
    assert trace.status == "Finished"
    assert len(traces["unrolled, stopped"].submissions) == 2
    assert traces["unrolled, stopped"].status == "SubFinished"


def test_first_iteration_s_own_work_gives_its_jobs_the_values(traces: dict[str, Trace]) -> None:
    trace = traces["entered"]
    assert commands(trace) == ["s.py 1.5 200", LEARNER, "s.py 0.5 3", LEARNER]
    assert trace.submissions[0].job_command == '-p "s.py%201.5%20200'
    names = [s.task_map["taskName"] for s in trace.submissions if s.task_map]
    assert names == [f"{SET}/", f"{SET}_2/"]


def attribute_paths(document: Json) -> Iterator[tuple[str | int, ...]]:
    """Where each attribute of each object stands, and the metadata of each collection."""
    works = document["attributes"]["works_template"]
    yield from (("attributes", key) for key in document["attributes"])
    for key, work in works.items():
        yield from (("attributes", "works_template", key, "attributes", a)
                    for a in work["attributes"])  # fmt: skip
        for entry, collection in work["attributes"]["collections"].items():
            place = ("attributes", "works_template", key, "attributes", "collections", entry)
            yield from ((*place, "coll_metadata", m) for m in collection["coll_metadata"])
    for key, conditions in document["attributes"]["work_conds"].items():
        yield from (("attributes", "work_conds", key, 0, "attributes", a)
                    for a in conditions[0]["attributes"] if a != "false_work")  # fmt: skip


def without(document: Json, path: tuple[str | int, ...]) -> Json:
    changed = copy.deepcopy(document)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]  # type: ignore[index]
    del holder[path[-1]]  # type: ignore[arg-type]
    return changed


def test_everything_in_the_least_document_is_needed() -> None:
    document = loop()
    paths = list(attribute_paths(document))
    variants = [document, document, *(without(document, path) for path in paths)]
    whole, again, *others = [
        (trace.status, [(s.task_map, s.script, s.outputs) for s in trace.submissions], trace.errors)
        for trace in run_all([Run(v, answers(VALUES), submissions=5) for v in variants])
    ]
    assert whole[0] == "SubFinished"
    assert again == whole
    assert [path for path, other in zip(paths, others, strict=True) if other == whole] == []
