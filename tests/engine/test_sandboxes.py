"""Sandboxes on the real engine: iDDS steps, JEDI refines, and both read the archive's name."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest

import alw
from alw.panda.archives import find_place
from tests.engine.stored import SEED, stored_map
from tests.engine.test_jedi import refined, stepped
from tests.sandbox.test_maps import ADDRESS, OLD, SERVER, submitted

LOOP = f"""workflow w {{
  dataset = "user.wguan.w"
  loop scan {{
    param x: float = 0.5
    task simulate {{ exec = "python run.py {{x}}" outputs = ["o.json"] sandbox = "files" }}
    task plot {{
      exec = "python plot.py {{simulate.outputs[0]}}" outputs = ["p.json"]
      no_build = true merge_output = true sandbox = "files"
    }}
    task old {{ map = "m.json" after plot }}
    learn decide {{
      exec = "python decide.py r.json {{x}} {{simulate.outputs[0]}}" sandbox = old.sandbox
      result "r.json" {{ x: float }}
      after old
    }}
    task far {{ exec = "run" container_image = "docker://a/b" after decide sandbox = "{ADDRESS}" }}
    repeat at most 3 times
  }}
}}
"""


@pytest.fixture(scope="module")
def workflow(tmp_path_factory: pytest.TempPathFactory) -> alw.CompiledWorkflow:
    folder = tmp_path_factory.mktemp("project")
    (folder / "files").mkdir()
    (folder / "files" / "run.py").write_text("x")
    (folder / "m.json").write_text(json.dumps(submitted()))
    (folder / "w.alw").write_text(LOOP)
    result = alw.compile(folder / "w.alw")
    assert result.ok, result.diagnostics
    return result.workflows["w"]


def test_every_iteration_has_the_same_sandbox(workflow: alw.CompiledWorkflow) -> None:
    trace = stepped(workflow)
    assert len(trace.runs()) == 3
    for run in trace.runs():
        places = {s.name.split(".")[3]: find_place(s.task_map) for s in run if "w." in s.name}
        assert places == {
            name: find_place(made) for name, made in workflow.tasks.items() if name in places
        }
        assert places["decide"] == places["far"] == (SERVER, OLD)


def test_jedi_takes_the_maps_and_gives_jobs_the_archive(workflow: alw.CompiledWorkflow) -> None:
    trace = stepped(workflow)
    seen = refined(trace)
    for submission in trace.submissions:
        place = find_place(submission.task_map)
        assert place is not None
        template = seen[submission.name].job_parameters
        assert f"--sourceURL {place.source_url}" in template
        if "buildSpec" in submission.task_map:
            assert "-l ${LIB}" in template
        else:
            assert f"-a {place.name} " in template


def test_idds_0_2_1_finds_the_same_sandbox() -> None:
    """``ATLASPandaWork.sandbox`` (idds-atlas 0.2.1, atlaspandawork.py:110)."""
    idds02 = pytest.importorskip("tests.oracles.idds02.oracle", reason="no oracle of iDDS 0.2.1")
    maps = [submitted(), submitted("--nJobs=3", name="sources.x.tar.gz", url="https://h:1")]
    for made, found in zip(maps, idds02.parse(maps), strict=True):
        place = find_place(made)
        assert place is not None
        assert found.sandbox == place.address


def test_the_address_is_the_one_of_the_seed() -> None:
    place = find_place(submitted())
    assert place is not None
    assert place.address == ADDRESS
    assert urlsplit(place.address).path == f"/cache/{OLD}"
    assert find_place(stored_map(SEED)) is None
