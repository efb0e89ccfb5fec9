"""iDDS and the worker node together: the engine's commands are run, their results go back."""

from __future__ import annotations

import json
from pathlib import Path

import alw
from tests.commands.unpacking import unpack
from tests.engine.programs import compiled
from tests.oracles.clerk import Ending, Submission, run
from tests.oracles.worker_node import run_job

INSATIABLE = """
workflow insatiable {
  dataset = "user.w.insatiable"
  loop scan {
    param x: float = 1
    learn more { exec = "python3 more.py {x}" result "next.json" { x: float } }
    repeat while more.x > 0 at most 4 times
  }
}
"""
MORE = """
import json, sys
json.dump({"x": float(sys.argv[1]) * 2, "mine": 1}, open("next.json", "w"))
"""


def test_the_bound_ends_a_loop_whose_condition_never_does(tmp_path: Path) -> None:
    def learner(submission: Submission) -> dict[str, object] | None:
        place = tmp_path / str(submission.run)
        place.mkdir()
        (place / "more.py").write_text(MORE)
        job = run_job(submission.task_map, place)
        assert job.ok, job
        result: dict[str, object] = json.loads((place / "next.json").read_text())
        return result

    trace = run(compiled(INSATIABLE).workflow, learner)
    assert trace.finished
    results = [json.loads((tmp_path / str(n) / "next.json").read_text()) for n in range(1, 5)]
    assert results == [{"x": 2.0**n, "to_continue": n < 4} for n in range(1, 5)]
    assert len(trace.submissions) == 4


def test_the_sample_runs_through_the_engine_until_its_learner_is_satisfied(
    sample: alw.CompiledWorkflow, tmp_path: Path
) -> None:
    files: dict[str, bytes] = {}

    def simulate(submission: Submission) -> Ending:
        if submission.learns:
            return Ending.FINISHED
        files.clear()
        for serial in range(1, 11):
            place = tmp_path / f"{submission.run}-{serial}"
            place.mkdir()
            unpack(sample, submission.task_map, place)
            assert run_job(submission.task_map, place, serial=serial).ok
            files[f"{serial}.json"] = (place / "output.json").read_bytes()
        return Ending.FINISHED

    def learner(submission: Submission) -> dict[str, object] | None:
        place = tmp_path / f"merge-{submission.run}"
        place.mkdir()
        unpack(sample, submission.task_map, place)
        for name, content in files.items():
            (place / name).write_bytes(content)
        job = run_job(submission.task_map, place, inputs={"IN": list(files)})
        assert job.ok, job
        result: dict[str, object] = json.loads((place / "merge.json").read_text())
        return result

    trace = run(sample.workflow, learner, simulate)
    assert trace.finished
    assert 2 <= len(trace.runs()) <= 20
