"""Maps that pchain and phpo make are valid, and a workflow may start from them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import alw
from alw.panda.faults import find_faults
from tests.oracles.jedi.oracle import Refused, refine

from .pchain import PHPO, STEPS, maps

NAMES = [*STEPS, *PHPO]
SOURCE = """
workflow w {{
  dataset = "user.me.w"
  loop scan {{
    param x: float = 0.5
    task step {{ map = "map.json" {settings} }}
    learn judge {{ exec = "python judge.py {{x}}" after step  result "j.json" {{ x: float }} }}
    repeat while judge.x < 1 at most 9 times
  }}
}}
"""


def test_all_are_here() -> None:
    assert list(maps()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_accepts_it(name: str) -> None:
    made = maps()[name]
    assert find_faults(made) == []
    Draft202012Validator(alw.schema("task-parameters")).validate(made)


def test_jedi_accepts_them() -> None:
    """The schema is no more lenient than PanDA itself.

    JEDI asks iDDS to steer the tasks of phpo, as the last thing that can be refused
    (pandajedi/jedirefine/TaskRefinerBase.py, ``hpoWorkflow``); there is no iDDS here.
    """
    server = {"userName": "Me", "taskType": "anal", "taskPriority": 1000}
    refined = refine([{**made, **server} for made in maps().values()])
    for (name, made), answer in zip(maps().items(), refined, strict=True):
        if isinstance(answer, Refused):
            assert made.get("hpoWorkflow"), name
            assert "iDDS failed with name 'idds' is not defined" in answer.reason


@pytest.mark.parametrize("settings", ["", 'dataset = "user.you.other{iteration}.x"'])
@pytest.mark.parametrize("name", NAMES)
def test_a_workflow_starts_from_it(tmp_path: Path, name: str, settings: str) -> None:
    """It is renamed from one iteration to the next, with its outputs and logs."""
    made = maps()[name]
    (tmp_path / "map.json").write_text(json.dumps(made))
    (tmp_path / "w.alw").write_text(SOURCE.format(settings=settings))
    compiled = alw.compile(tmp_path / "w.alw")
    assert compiled.ok, [d.message for d in compiled.diagnostics]
    step = compiled.workflows["w"].tasks["step"]
    old = made["taskName"].removesuffix("/")
    new = "user.you.other___idds___num_run___.x" if settings else f"{old}.___idds___num_run___"
    assert step["taskName"].removesuffix("/") == new
    outputs = [i for i in step["jobParameters"] if i.get("param_type") == "output"]
    assert all(i["dataset"].startswith(new) for i in [*outputs, step["log"]])
    assert alw.compile(tmp_path / "w.alw").workflows["w"].tasks["step"] == step


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_name_is_as_long_as_panda_allows(slash: str) -> None:
    made = {**maps()["prun"], "taskName": "user.me." + "x" * 123 + slash}
    assert find_faults(made) == []
    (found,) = find_faults({**made, "taskName": "user.me." + "x" * 124 + slash})
    assert "at most 132 characters" in found.message
