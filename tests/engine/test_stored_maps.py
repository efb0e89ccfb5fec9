"""Tasks from stored maps on the real iDDS 2.6.21."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from alw.panda.maps import name_consolidated
from tests.engine.stored import SEED, compiled, stored_map
from tests.engine.test_jedi import refined
from tests.engine.test_stepping import command, shell_command
from tests.oracles.clerk import Submission, load, run
from tests.schemas.documents import PRUN, prun_arguments

LOOP = """workflow altest {
  loop scan {
    param m1: float    = 0.5
    param m2: float    = 0.5
    param nevents: int = 200
    task simulate {
      map = "simulate.json"
      replace "python simplescript.py 0.5 0.5 200"
         with "python simplescript.py {m1} {m2} {nevents}"
    }
    learn merge {
      dataset = "user.wguan.altest1234.merge"
      exec = "python merge.py merge.json {m1} {m2} {nevents} {simulate.outputs[0]}"
      result "merge.json" { m1: float, m2: float, nevents: int }
    }
    repeat while merge.nevents > 0 at most 20 times
  }
}
"""


def test_the_seed_s_task_loops(tmp_path: Path) -> None:
    result = compiled(tmp_path, LOOP, simulate=stored_map(SEED))
    assert result.ok, result.diagnostics
    points = [(0.61, 0.4, 300), (0.7, 0.35, 400), (0.76, 0.3, 0)]

    def learner(submission: Submission) -> dict[str, object]:
        m1, m2, nevents = points[submission.run - 1]
        return {"m1": m1, "m2": m2, "nevents": nevents, "to_continue": nevents > 0}

    trace = run(result.workflows["altest"].workflow, learner)
    assert trace.finished
    seen = refined(trace)
    for (m1, m2, nevents), (simulate, merge) in zip(
        [(0.5, 0.5, 200), *points], trace.runs(), strict=False
    ):
        wanted = f"python simplescript.py {m1} {m2} {nevents} output.json"
        assert shell_command(simulate.task_map) == wanted
        assert command(simulate.task_map) == wanted
        assert simulate.name == f"user.wguan.altest1234.{simulate.run}/"
        assert "___idds___" not in json.dumps(simulate.task_map)
        assert seen[merge.name].input_datasets == seen[simulate.name].output_datasets
    assert len(trace.runs()) == 3


def _collections(work: Any) -> dict[str, list[tuple[str, str]]]:
    return {
        kind: sorted((c.scope, c.name) for c in found if "pseudo" not in c.name)
        for kind, found in (
            ("input", work.get_input_collections()),
            ("output", work.get_output_collections()),
            ("log", work.get_log_collections()),
        )
    }


@pytest.mark.parametrize("case", PRUN)
def test_iDDS_finds_in_a_map_what_we_found(case: str, tmp_path: Path) -> None:  # noqa: N802
    """``initialize_work`` over maps of prun with inputs, containers, releases, outputs."""
    from idds.atlas.workflowv2.atlaspandawork import ATLASPandaWork

    stored = stored_map(prun_arguments(PRUN[case]))
    result = compiled(tmp_path, 'workflow w { task a { map = "m.json" } }', m=stored)
    assert result.ok, result.diagnostics
    (ours,) = load(result.workflows["w"].workflow).template.get_works().values()
    theirs = ATLASPandaWork(task_parameters=copy.deepcopy(stored))
    theirs.initialize_work()
    mine, own = _collections(ours), _collections(theirs)
    # a list is one collection for iDDS, of a name that no dataset has; here one for each
    listed = [name.rstrip("/") for _, names in own["input"] for name in names.split(",")]
    assert set(listed) <= {collection.name for collection in ours.get_collections()}
    assert [name for _, name in mine.pop("input")] == listed[-1:]
    if len(own.pop("input")) == len(listed):
        assert _collections(ours) == _collections(theirs)
    assert mine == own
    name_consolidated(stored, ours.task_name.removesuffix("/"))
    assert ours.task_parameters == stored
    assert (ours.task_name, ours.task_type) == (theirs.task_name, theirs.task_type)


def test_later_tasks_use_what_a_map_writes(tmp_path: Path) -> None:
    stored = stored_map([*SEED[:-1], "--nJobs=7", "--outputs", "output.json,b.root"])
    text = """workflow w {
      dataset = "user.me.w"
      task a { map = "m.json" }
      task b { exec = "run {a.outputs[1]}" }
    }"""
    result = compiled(tmp_path, text, m=stored)
    assert result.ok, result.diagnostics
    outputs = [i["dataset"] for i in stored["jobParameters"] if i.get("param_type") == "output"]
    made = result.workflows["w"].tasks["b"]
    assert made["dsForIN"] == outputs[1]
    beyond = compiled(tmp_path, text.replace("[1]", "[2]"), m=stored)
    assert [d.code for d in beyond.diagnostics] == ["ALW211"]
