"""Our JSON is what the real classes would have serialised for the same workflow."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

import alw
from tests.engine.programs import BEHIND_THE_LOOP, CHAIN, MANY_PARAMETERS, compiled
from tests.oracles.clerk import dump, load

Json = Any


def by_hand(
    ours: alw.CompiledWorkflow, parents: Mapping[str, list[str]], loop: dict[str, Any] | None
) -> Json:
    """The same workflow from the constructors of iDDS, as a user would write it."""
    from idds.atlas.workflowv2.atlaslocalpandawork import ATLASLocalPandaWork
    from idds.atlas.workflowv2.atlaspandawork import ATLASPandaWork
    from idds.workflowv2.workflow import AndCondition, Condition, Workflow

    workflow = Workflow(name=ours.name)
    works: dict[str, Any] = {}
    for name, task_map in ours.tasks.items():
        learns = task_map.get("runOnInstant", False)
        make = ATLASLocalPandaWork if learns else ATLASPandaWork
        works[name] = make(task_parameters=copy.deepcopy(dict(task_map)))
        if learns:
            works[name].add_custom_condition("to_continue", True)
        workflow.add_work(works[name])
    waiting: dict[tuple[str, ...], list[str]] = {}
    for name, awaited in parents.items():
        waiting.setdefault(tuple(awaited), []).append(name)
    for awaited, names in waiting.items():
        conditions = [getattr(works[p.rstrip("!?")], _method(p)) for p in awaited]
        workflow.add_condition(
            AndCondition(conditions=conditions, true_works=[works[n] for n in names])
        )
    if loop:
        learner = works[loop["learner"]]
        workflow.add_loop_condition(Condition(cond=learner.get_custom_condition_status))
        workflow.set_global_parameters(loop["params"])
    return dump(workflow)


def _method(parent: str) -> str:
    """How the engine asks: ``a`` processed, ``a!`` no longer going on, ``a?`` terminated."""
    methods = {"!": "get_not_custom_condition_status", "?": "is_terminated"}
    return methods.get(parent[-1], "is_processed")


def unified(value: Json) -> Json:
    """With ids numbered in order of appearance, and without dates and chance."""
    text = json.dumps(value, sort_keys=False)
    text = re.sub(r"\"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d UTC\"", '"DATE"', text)
    text = re.sub(r"pseudo_(in|out)put\.[\w.]+", r"pseudo_\1put", text)
    value = json.loads(text)
    names = {
        identity: work["attributes"]["task_name"]
        for identity, work in value["attributes"]["template"]["attributes"]["_works"].items()
    }
    for work in value["attributes"]["template"]["attributes"]["_works"].values():
        for identity, collection in work["attributes"]["_collections"].items():
            names[identity] = work["attributes"]["task_name"] + collection["attributes"]["name"]
    template = value["attributes"]["template"]["attributes"]
    for identity, condition in template["_conditions"].items():
        methods = sorted(
            names[c["idds_method_internal_id"]] for c in condition["attributes"]["_conditions"]
        )
        names[identity] = "condition " + " ".join(methods)
    names[template["internal_id"]] = "workflow"
    names[
        (template["_loop_condition"] or {"attributes": {"internal_id": "-"}})["attributes"][
            "internal_id"
        ]
    ] = "loop"
    text = json.dumps(value)
    text = re.sub(r'"([0-9a-f]{8})"', lambda m: json.dumps(names.get(m[1], m[1])), text)
    return _sorted(json.loads(text))


#: Filled in by iDDS as it goes: the loop's status, and what it has looked at.
_AS_IT_GOES = {"loop_condition", "works", "collections"}


def _sorted(value: Json) -> Json:
    """Objects by key; the metadata of conditions is filled in by iDDS as it goes."""
    if isinstance(value, dict):
        return {key: _sorted(item) for key, item in sorted(value.items()) if key not in _AS_IT_GOES}
    if isinstance(value, list):
        # work_conds lists a condition once for each of its methods; once is enough
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
                "final": ["decide", "decide!", "note?"],
                "report": ["decide", "final", "note", "decide!"],
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


def test_an_independent_work_starts_and_a_dependent_one_does_not(
    sample: alw.CompiledWorkflow,
) -> None:
    workflow = load(sample.workflow)
    assert [w.task_name for w in workflow.get_new_works()] == ["user.wguan.altest1234.simulate.1/"]
