"""Our JSON is what the real classes would have serialised for the same workflow."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

import alw
from tests.engine.programs import BEHIND_THE_LOOP, CHAIN, FOLLOWERS, MANY_PARAMETERS, compiled
from tests.oracles.clerk import dump, load

Json = Any


def by_hand(
    ours: alw.CompiledWorkflow,
    parents: Mapping[str, list[str]],
    loop: dict[str, Any] | None,
    together: Sequence[str] = (),
) -> Json:
    """The same workflow from the constructors of iDDS, as a user would write it.

    :param together: tasks that are a workflow inside, which waits for the learner.
    """
    from idds.atlas.workflowv2.atlaslocalpandawork import ATLASLocalPandaWork
    from idds.atlas.workflowv2.atlaspandawork import ATLASPandaWork
    from idds.workflowv2.workflow import AndCondition, Condition, Workflow

    workflow = Workflow(name=ours.name)
    inner = Workflow(name=f"{ours.name}.inside")
    works: dict[str, Any] = {}
    for name, task_map in ours.tasks.items():
        learns = task_map.get("runOnInstant", False)
        make = ATLASLocalPandaWork if learns else ATLASPandaWork
        works[name] = make(task_parameters=copy.deepcopy(dict(task_map)))
        works[name].submitted = True
        if learns:
            works[name].add_custom_condition("to_continue", True)
        (inner if name in together else workflow).add_work(works[name])
    if together:
        workflow.add_work(inner)
    waiting: dict[tuple[str, ...], list[str]] = {}
    for name, awaited in parents.items():
        waiting.setdefault(tuple(awaited), []).append(name)
    for tasks, names in waiting.items():
        conditions = [getattr(works[p.rstrip("!+")], _method(p)) for p in tasks]
        (inner if names[0] in together else workflow).add_condition(
            AndCondition(conditions=conditions, true_works=[works[n] for n in names])
        )
    if loop:
        learner = works[loop["learner"]]
        if together:
            # named so, works inside need no get_ancestry_works (workflow.py:1905)
            starting, inner.template.independent_works = inner.template.independent_works, []
            inner.template.initial_works = starting
            workflow.add_condition(
                AndCondition(conditions=[learner.is_processed], true_works=[inner])
            )
        workflow.add_loop_condition(Condition(cond=learner.get_custom_condition_status))
        workflow.set_global_parameters(loop["params"])
    return dump(workflow)


def _method(parent: str) -> str:
    """How the engine asks: ``a`` processed, ``a+`` has data, ``a!`` no longer going on."""
    methods = {"!": "get_not_custom_condition_status", "+": "get_output_data"}
    return methods.get(parent[-1], "is_processed")


def unified(value: Json) -> Json:
    """With ids numbered in order of appearance, and without dates and chance."""
    text = json.dumps(value, sort_keys=False)
    text = re.sub(r"\"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d UTC\"", '"DATE"', text)
    text = re.sub(r"pseudo_(in|out)put\.[\w.]+", r"pseudo_\1put", text)
    value = json.loads(text)
    names: dict[str, str] = {}
    _name(value, names)
    text = json.dumps(value)
    text = re.sub(r'"([0-9a-f]{8})"', lambda m: json.dumps(names.get(m[1], m[1])), text)
    return _sorted(json.loads(text))


def _name(workflow: Json, names: dict[str, str]) -> None:
    """Find names for the ids in a workflow: of its works, their collections, and conditions."""
    template = workflow["attributes"]["template"]["attributes"]
    inside = "inside" if names else "outside"
    template["_name"] = template["_name"].split(".")[0]
    names[template["internal_id"]] = f"workflow {inside}"
    for identity, work in template["_works"].items():
        if work["class"] == "Workflow":
            _name(work, names)
            continue
        task = names[identity] = work["attributes"]["task_name"]
        for inner, collection in work["attributes"]["_collections"].items():
            names[inner] = task + collection["attributes"]["name"]
    for identity, condition in template["_conditions"].items():
        asked = condition["attributes"]["_conditions"]
        # all of them must hold, in whichever order
        asked.sort(key=lambda c: (names[c["idds_method_internal_id"]], c["idds_method"]))
        methods = [names[c["idds_method_internal_id"]] for c in asked]
        names[identity] = "condition " + " ".join(methods)
    if template["_loop_condition"]:
        names[template["_loop_condition"]["attributes"]["internal_id"]] = "loop"
    # where a condition is listed changes nothing
    template["_work_conds"] = sorted(
        {c for listed in template["_work_conds"].values() for c in listed}
    )


#: Filled in by iDDS as it goes: the loop's status, what it has looked at, what it loads.
_AS_IT_GOES = {"loop_condition", "works", "collections", "_loading"}


def _sorted(value: Json) -> Json:
    """Objects by key; the metadata of conditions is filled in by iDDS as it goes."""
    if isinstance(value, dict):
        return {key: _sorted(item) for key, item in sorted(value.items()) if key not in _AS_IT_GOES}
    if isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            return sorted(set(value))
        return [_sorted(item) for item in value]
    return value


SAMPLE = (
    {"merge": ["simulate"]},
    {"learner": "merge", "params": {"user_m1": 0.5, "user_m2": 0.5, "user_nevents": 200}},
)


def test_the_sample_equals_the_hand_written_workflow(sample: alw.CompiledWorkflow) -> None:
    assert unified(dump(load(sample.workflow))) == unified(by_hand(sample, *SAMPLE))


@pytest.mark.parametrize(
    ("text", "parents", "loop"),
    [
        (CHAIN, {"sim": ["evgen"], "both": ["external", "sim"]}, None),
        (
            MANY_PARAMETERS,
            {"mix": ["background", "signal"], "choose": ["background", "mix"]},
            {
                "learner": "choose",
                "params": {"user_x": -2.5, "user_n": 7, "user_fast": True, "user_tag": "first_1"},
            },
        ),
        (
            BEHIND_THE_LOOP,
            {
                "fit": ["simulate"],
                "decide": ["fit", "simulate"],
                "note": ["decide"],
                "final": ["decide", "decide+", "decide!"],
                "report": ["final", "note", "decide", "decide+", "decide!"],
            },
            {"learner": "decide", "params": {"user_m": 1.0}},
        ),
    ],
    ids=["chain", "many-parameters", "behind-the-loop"],
)
def test_other_shapes_equal_hand_written_ones(
    text: str, parents: dict[str, list[str]], loop: dict[str, Any] | None
) -> None:
    ours = compiled(text)
    assert unified(dump(load(ours.workflow))) == unified(by_hand(ours, parents, loop))


def test_tasks_beside_each_other_after_a_learner_are_a_workflow_inside() -> None:
    ours = compiled(FOLLOWERS)
    parents = {
        "decide": ["left", "right"],
        "note": ["plot", "table"],
        "final": ["decide", "decide+", "decide!"],
        "paper": ["decide", "decide+", "decide!"],
        "send": ["final", "paper"],
    }
    loop = {"learner": "decide", "params": {"user_m": 1.0}}
    theirs = by_hand(ours, parents, loop, ["plot", "table", "note"])
    assert unified(dump(load(ours.workflow))) == unified(theirs)


def test_an_independent_work_starts_and_a_dependent_one_does_not(
    sample: alw.CompiledWorkflow,
) -> None:
    workflow = load(sample.workflow)
    assert [w.task_name for w in workflow.get_new_works()] == ["user.wguan.altest1234.simulate.1/"]
