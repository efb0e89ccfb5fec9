"""Actuators in the seed's own fields, on the classes and agents of iDDS 0.2.1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import alw
from alw.driver.loader import beside
from alw.driver.pipeline import compile_sources
from alw.driver.session import Session
from alw.text.source import Source
from tests.oracles.idds02.oracle import Recipe, Run, Trace, run_all, serialise

Json = dict[str, Any]
SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SOURCE = (SAMPLES / "actuator.alw").read_text(encoding="utf-8")
STORED = json.loads((SAMPLES / "maps" / "simulate.json").read_text(encoding="utf-8"))
FIRST = {"m1": 0.5, "m2": 0.5, "nevents": 200}
POINTS: list[Json] = [
    {"m1": 0.61, "m2": 0.4, "nevents": 300},
    {"m1": 0.7, "m2": 0.35, "nevents": 400},
    {"m1": 0.75, "m2": 0.3, "nevents": 250},
]


@pytest.fixture(scope="module")
def ours() -> Json:
    result = alw.compile(SAMPLES / "actuator.alw", target="idds-0.2")
    assert result.ok, result.diagnostics
    document: Json = json.loads(json.dumps(result.workflows["documented"].workflow))
    return document


def _seed(initialize: bool) -> Json:
    """What the seed's script serialises, with the first values that it leaves out."""
    parameterised = json.loads(
        json.dumps(STORED)
        .replace("0.5 0.5 200", "{m1} {m2} {nevents}")
        .replace("%200.5%200.5%20200", "%20%7Bm1%7D%20%7Bm2%7D%20%7Bnevents%7D")
    )
    return serialise(Recipe(parameterised, initialize=initialize, first=FIRST))


@pytest.fixture(scope="module")
def theirs() -> Json:
    """Without ``initialize_work``, which would put the first values into the template for ever;
    the learner's dataset is the one that ``initialize_work`` finds.
    """
    document, found = _seed(False), _works(_seed(True))["ATLASActuatorWork"]["attributes"]
    attributes = _works(document)["ATLASActuatorWork"]["attributes"]
    kept = {key: attributes[key] for key in ("internal_id", "template_work_id", "work_name")}
    attributes.update({**found, **kept})
    return document


def _run(workflow: Json) -> Trace:
    outputs = [json.dumps(point) for point in POINTS]
    (trace,) = run_all([Run(workflow, [*outputs, "{}"])])
    return trace


def _works(document: Json) -> dict[str, Json]:
    works = document["attributes"]["works_template"].values()
    return {work["class"]: work for work in works}


def _with_mapped_ids(document: Json) -> Json:
    """The document with its random ids replaced by numbers, in the order of mention."""
    roles = {work["attributes"]["internal_id"]: work["class"] for work in _works(document).values()}
    text = json.dumps(document)
    for identity, role in roles.items():
        text = text.replace(identity, role)
    mapped: Json = json.loads(text)
    for work in _works(mapped).values():
        attributes = work["attributes"]
        collections = attributes["collections"]
        keys = [attributes["primary_input_collection"], *attributes["output_collections"]]
        attributes["collections"] = [collections[key] for key in keys]
        for collection in attributes["collections"]:
            collection["coll_metadata"].pop("internal_id", None)
        del attributes["primary_input_collection"], attributes["output_collections"]
    return mapped


def test_the_sample_is_what_the_seed_s_script_serialises(ours: Json, theirs: Json) -> None:
    """Attribute by attribute; what differs is stated here, with its reason."""
    mine, wanted = _with_mapped_ids(ours), _with_mapped_ids(theirs)
    for name, work in _works(wanted).items():
        attributes, expected = _works(mine)[name]["attributes"], work["attributes"]
        assert _works(mine)[name]["module"] == work["module"]
        if name == "ATLASActuatorWork":
            # The release never writes its output collection; the seed takes the time for a name.
            names = [a["collections"][1].pop("name") for a in (expected, attributes)]
            assert [n.rpartition(".")[0] for n in names] == [expected["collections"][0]["name"]] * 2
            # Nothing in the seed's arguments uses it.
            assert expected["parameters"].pop("filename") == "output*.json"
        different = {
            key: (value, expected.get(key))
            for key, value in attributes.items()
            if value != expected.get(key)
        }
        assert different == {}
    for key in ("work_conds", "initial_works", "primary_initial_work"):
        found, said = mine["attributes"], wanted["attributes"]
        assert _conditions(found.get(key)) == _conditions(said.get(key))


def _conditions(value: object) -> object:
    """Conditions without what they hold of the works, which stand in the templates as well."""
    if isinstance(value, dict) and "attributes" in value:
        return {k: _conditions(v) for k, v in value["attributes"].items() if v is not None}
    if isinstance(value, dict):
        return {k: _conditions(v) for k, v in value.items() if k != "class"}
    return [_conditions(v) for v in value] if isinstance(value, list) else value


def test_both_step_alike_over_four_iterations(ours: Json, theirs: Json) -> None:
    mine, wanted = _run(ours), _run(theirs)
    assert [s.kind for s in mine.submissions] == [s.kind for s in wanted.submissions]
    assert len(mine.submissions) == 8
    assert mine.status == wanted.status
    for one, other in zip(mine.submissions, wanted.submissions, strict=True):
        assert one.command == other.command
        assert one.task_map == other.task_map
    assert "simplescript.py 0.5 0.5 200 output.json" in mine.submissions[0].command
    assert "simplescript.py 0.75 0.3 250 output.json" in mine.submissions[6].command


def test_for_the_current_engine_it_is_what_exec_says() -> None:
    fields = """      executable = "python"  # alw: ignore engine-limit
      arguments  = "merge.py"""
    assert fields in SOURCE
    written = SOURCE.replace(fields, '      exec = "python merge.py')
    results = []
    for text in (SOURCE, written):
        source = Source(str(SAMPLES / "actuator.alw"), text)
        results.append(compile_sources([source], Session(reader=beside)))
    first, second = (result.workflows["documented"] for result in results)
    assert json.dumps(first.workflow) == json.dumps(second.workflow)
    assert first.tasks == second.tasks
