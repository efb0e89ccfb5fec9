"""Every map that iDDS submits is accepted by JEDI, and datasets flow as in the source."""

from __future__ import annotations

import re

import pytest

import alw
from tests.engine.programs import BEHIND_THE_LOOP, CHAIN, MANY_PARAMETERS, compiled
from tests.oracles.clerk import Submission, Trace, run
from tests.oracles.jedi.model import Refined
from tests.oracles.jedi.oracle import count_jobs, refine


def stepped(workflow: alw.CompiledWorkflow, runs: int = 3) -> Trace:
    """``runs`` iterations with some values for every parameter of the programs."""

    def learner(submission: Submission) -> dict[str, object]:
        run = submission.run
        values: dict[str, object] = {"m": 1.5, "m1": 0.25 * run, "m2": 1e-7, "nevents": 100 * run}
        values |= {"x": -0.5, "n": 9, "fast": False, "tag": "t", "score": 1.0}
        return values | {"to_continue": run < runs}

    trace = run(workflow.workflow, learner)
    assert trace.finished
    return trace


def refined(trace: Trace) -> dict[str, Refined]:
    """What JEDI makes of each submission, by task name."""
    answers = refine([submission.task_map for submission in trace.submissions])
    result = {}
    for submission, answer in zip(trace.submissions, answers, strict=True):
        assert isinstance(answer, Refined), answer
        result[submission.name] = answer
    return result


def test_the_learner_reads_what_jedi_saw_the_simulation_write(sample: alw.CompiledWorkflow) -> None:
    trace = stepped(sample, runs=4)
    seen = refined(trace)
    assert len(trace.runs()) == 4
    for simulate, merge in trace.runs():
        written = seen[simulate.name].output_datasets
        assert seen[merge.name].input_datasets == written
        assert written == (f"user.wguan.altest1234.simulate.{simulate.run}_output.json/",)


@pytest.mark.parametrize("text", [BEHIND_THE_LOOP, MANY_PARAMETERS, CHAIN])
def test_every_dataset_read_was_written_before_in_its_own_iteration(text: str) -> None:
    trace = stepped(compiled(text))
    seen = refined(trace)
    written: dict[str, int] = {}
    for submission in trace.submissions:
        for dataset in seen[submission.name].input_datasets:
            if dataset.startswith("user."):
                assert written[dataset] == submission.run
        for dataset in seen[submission.name].output_datasets:
            assert dataset not in written
            written[dataset] = submission.run


@pytest.mark.parametrize("datasets", [1, 3])
@pytest.mark.parametrize("size", [1_000_000, 5_000_000_000])
def test_a_learner_is_one_job_that_reads_every_file(
    sample: alw.CompiledWorkflow, datasets: int, size: int
) -> None:
    merge = stepped(sample, runs=1).submissions[1]
    assert count_jobs(merge.task_map, 10, size, datasets=datasets) == [10]


@pytest.mark.parametrize("jobs", [1, 200, 999, 3000])
def test_a_learner_stays_one_job_for_many_files(jobs: int) -> None:
    text = """
    workflow big { dataset = "user.w.big" loop l {
      param x: float = 1
      task s { exec = "s {x}" outputs = ["a.json"] n_jobs = JOBS }
      learn d { exec = "python d.py {s.outputs[0]}" result "r.json" { x: float } }
      repeat at most 2 times
    } }"""
    trace = stepped(compiled(text.replace("JOBS", str(jobs))), runs=1)
    assert count_jobs(trace.submissions[1].task_map, jobs, 1_000_000) == [jobs]


def test_the_wrapper_is_the_one_that_prun_chooses(sample: alw.CompiledWorkflow) -> None:
    for answer in refined(stepped(sample, runs=1)).values():
        assert "run" in answer.processing_type.split("-")
        assert not re.search(r"\d", answer.processing_type)
