"""The seed's recipe on iDDS 0.2.1: what it serialises to, and the faults it has when it runs."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tests.oracles.idds02 import documents
from tests.oracles.idds02.oracle import Recipe, Run, Trace, run_all, serialise

Json = dict[str, Any]

EXAMPLE = Path(__file__).resolve().parents[3] / "shared/design/examples/seed-idds-0.2.1.json"
FIRST = {"m1": 0.5, "m2": 0.5, "nevents": 200}
LEARNED = [{"m1": 0.1 * n, "m2": 1.5, "nevents": 100 * n} for n in (1, 2, 3)]
OUTPUTS: list[str | None] = [*map(json.dumps, LEARNED), None]

SEED_MAP: Json = {
    "buildSpec": {
        "archiveName": "sources.0ca6a2fb-4ad0-42d0-979d-aa7c284f1ff7.tar.gz",
        "jobParameters": "-i ${IN} -o ${OUT} --sourceURL ${SURL} -r . ",
        "prodSourceLabel": "panda",
    },
    "cliParams": 'prun --exec "python simplescript.py {m1} {m2} {nevents} output.json" '
    "--outDS user.wguan.altest1234 --outputs output.json --nJobs=10",
    "jobParameters": [
        {"type": "constant", "value": '-j "" --sourceURL ${SURL}'},
        {"type": "constant", "value": "-r ."},
        {"padding": False, "type": "constant", "value": '-p "'},
        {
            "padding": False,
            "type": "constant",
            "value": "python%20simplescript.py%20%7Bm1%7D%20%7Bm2%7D%20%7Bnevents%7D%20output.json",
        },
        {"type": "constant", "value": '"'},
        {"type": "constant", "value": "-l ${LIB}"},
        {
            "container": "user.wguan.altest1234_output.json/",
            "dataset": "user.wguan.altest1234_output.json/",
            "hidden": True,
            "param_type": "output",
            "type": "template",
            "value": "user.wguan.$JEDITASKID._${SN/P}.output.json",
        },
    ],
    "log": {
        "container": "user.wguan.altest1234.log/",
        "dataset": "user.wguan.altest1234.log/",
        "param_type": "log",
        "type": "template",
        "value": "user.wguan.altest1234.log.$JEDITASKID.${SN}.log.tgz",
    },
    "noInput": True,
    "prodSourceLabel": "user",
    "respectSplitRule": True,
    "site": None,
    "sourceURL": "https://aipanda048.cern.ch:25443",
    "taskName": "user.wguan.altest1234/",
    "vo": "atlas",
}


@pytest.fixture(scope="module")
def seed() -> Json:
    return serialise(Recipe(SEED_MAP))


@pytest.fixture(scope="module")
def bound() -> Json:
    return serialise(Recipe(SEED_MAP, initialize=False, first=FIRST))


@pytest.fixture(scope="module")
def traces(seed: Json, bound: Json) -> dict[str, Trace]:
    runs = {
        "seed": Run(seed, OUTPUTS),
        "as released": Run(seed, OUTPUTS, repaired=False),
        "endless": Run(seed, [json.dumps(FIRST)] * 40, submissions=30),
        "bound": Run(bound, OUTPUTS),
        "least": Run(least(bound), OUTPUTS),
        "bound too early": Run(serialise(Recipe(SEED_MAP, first=FIRST)), OUTPUTS),
    }
    return dict(zip(runs, run_all(list(runs.values())), strict=True))


def least(full: Json) -> Json:
    """The recipe in the least document: what else the real classes serialise is left out."""
    data = "user.wguan.altest1234_output.json"
    parameters: Json = {
        "output_json": "merge.json", "events": 200, "dataset": f"user.wguan:{data}",
    }  # fmt: skip
    merge = documents.learner("merge.py {output_json} {events} {dataset}", parameters, data)
    works = full["attributes"]["works_template"].values()
    (merge["attributes"]["sandbox"],) = {work["attributes"]["sandbox"] for work in works}
    task = documents.task(SEED_MAP, "user.wguan.altest1234", data, parameters=FIRST)
    conditions = {
        "task": [documents.condition("is_finished", "merge")],
        "merge": [documents.condition("generate_new_task", "task")],
    }
    return documents.workflow({"task": task, "merge": merge}, conditions, ["task"])


def tasks(trace: Trace) -> list[Any]:
    return [s for s in trace.submissions if s.kind == "ATLASPandaWork"]


def learners(trace: Trace) -> list[Any]:
    return [s for s in trace.submissions if s.kind == "ATLASActuatorWork"]


def executed(task: Any) -> str:
    """The command of ``cliParams``: what stands behind ``--exec``."""
    return str(task.command).split('"')[1]


def with_roles(document: Json) -> Json:
    """``document`` with ids named after what they belong to, and without what changes each time."""
    workflow = document["attributes"]
    roles = {workflow["internal_id"]: "workflow"}
    for key, template in workflow["works_template"].items():
        role, work = template["class"], template["attributes"]
        roles[key] = role
        roles[work["primary_input_collection"]] = f"{role} input"
        for number, collection in enumerate(work["output_collections"]):
            roles[collection] = f"{role} output {number}"
    text = json.dumps(document)
    for key, role in roles.items():
        text = text.replace(key, role)
    named: Json = json.loads(text)
    assert named["attributes"].pop("name").startswith("idds.workflow.20")
    assert isinstance(named["attributes"].pop("workload_id"), int)
    return named


def test_recipe_serialises_to_the_stored_document(seed: Json) -> None:
    if not EXAMPLE.exists():
        pytest.skip("the design notes are not beside the repository")
    assert with_roles(seed) == with_roles(json.loads(EXAMPLE.read_text("utf-8")))


def test_recipe_serialises_with_its_parts_in_place(seed: Json) -> None:
    named = with_roles(copy.deepcopy(seed))["attributes"]
    assert named["initial_works"] == ["ATLASPandaWork"]
    assert named["primary_initial_work"] == "ATLASPandaWork"
    (after_task,) = named["work_conds"]["ATLASPandaWork"]
    (after_learner,) = named["work_conds"]["ATLASActuatorWork"]
    assert after_task["attributes"] == {
        "cond": {"idds_method": "is_finished", "idds_method_class_id": "ATLASPandaWork"},
        "current_work": "ATLASPandaWork",
        "true_work": "ATLASActuatorWork",
        "false_work": None,
    }
    assert after_learner["attributes"]["cond"]["idds_method"] == "generate_new_task"
    assert after_learner["attributes"]["true_work"] == "ATLASPandaWork"


def test_released_server_submits_no_second_work(traces: dict[str, Trace]) -> None:
    trace = traces["as released"]
    assert [s.kind for s in trace.submissions] == ["ATLASPandaWork"]
    assert trace.errors == ["Clerk: KeyError('original_work')"]
    assert trace.status == "Transforming"


def test_fault_first_iteration_is_submitted_with_placeholders(traces: dict[str, Trace]) -> None:
    commands = [executed(task) for task in tasks(traces["seed"])]
    assert commands == [
        "python simplescript.py {m1} {m2} {nevents} output.json",
        "python simplescript.py 0.1 1.5 100 output.json",
        "python simplescript.py 0.2 1.5 200 output.json",
        "python simplescript.py 0.30000000000000004 1.5 300 output.json",
    ]


def test_fault_jobs_never_see_a_value(traces: dict[str, Trace]) -> None:
    quoted = SEED_MAP["jobParameters"][3]["value"]
    assert "%7Bm1%7D" in quoted
    for name in ("seed", "bound"):
        assert {task.job_command for task in tasks(traces[name])} == {'-p "' + quoted}


def test_fault_learner_reads_the_first_dataset_for_ever(traces: dict[str, Trace]) -> None:
    trace = traces["seed"]
    assert [task.outputs for task in tasks(trace)] == [
        ["user.wguan.altest1234_0_output.json"],
        ["user.wguan.altest1234_2_0_output.json"],
        ["user.wguan.altest1234_4_0_output.json"],
        ["user.wguan.altest1234_6_0_output.json"],
    ]
    first = "user.wguan:user.wguan.altest1234_0_output.json"
    assert [learner.downloads for learner in learners(trace)] == [[first]] * 4
    assert {learner.command for learner in learners(trace)} == {
        f"python merge.py merge.json 200 {first}"
    }


def test_fault_nothing_bounds_the_loop(traces: dict[str, Trace]) -> None:
    assert len(traces["endless"].submissions) == 30
    assert traces["endless"].status == "Transforming"


def test_loop_ends_by_a_failed_learner_only(traces: dict[str, Trace]) -> None:
    assert len(learners(traces["seed"])) == 4
    assert traces["seed"].status == "SubFinished"
    assert traces["seed"].errors == []


def test_first_values_are_bound_by_parameters_of_an_uninitialised_template(
    traces: dict[str, Trace],
) -> None:
    trace = traces["bound"]
    assert executed(tasks(trace)[0]) == "python simplescript.py 0.5 0.5 200 output.json"
    assert [executed(t) for t in tasks(trace)[1:]] == [
        executed(t) for t in tasks(traces["seed"])[1:]
    ]
    assert [task.task_map["taskName"] for task in tasks(trace)] == [
        f"user.wguan.altest1234_{number}/" for number in (0, 2, 4, 6)
    ]


def test_recipe_that_initialises_a_bound_task_freezes_its_values(traces: dict[str, Trace]) -> None:
    """What ``initialize_work`` formats then is the template itself."""
    commands = {executed(task) for task in tasks(traces["bound too early"])}
    assert commands == {"python simplescript.py 0.5 0.5 200 output.json"}


def test_least_document_submits_what_the_full_one_does(traces: dict[str, Trace]) -> None:
    full, small = (
        [(s.kind, s.sequence, s.task_map, s.script) for s in traces[name].submissions]
        for name in ("bound", "least")
    )
    assert len(full) == 8
    assert small == full
