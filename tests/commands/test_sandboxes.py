"""Jobs with their sandboxes unpacked: the sample that has one is run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import alw
from tests.commands.unpacking import unpack
from tests.oracles.worker_node import Job, run_job

WANTED = 0.01


@pytest.fixture(scope="module")
def detector(samples: Path) -> alw.CompiledWorkflow:
    result = alw.compile(samples / "detector.alw")
    assert result.ok, result.diagnostics
    return result.workflows["calibrate"]


def run(
    workflow: alw.CompiledWorkflow,
    task: str,
    place: Path,
    files: Mapping[str, bytes],
    values: Mapping[str, Any],
    iteration: int,
    serial: int = 1,
) -> Job:
    """A job in a directory in which there is nothing but its sandbox and its input."""
    place.mkdir()
    made = workflow.tasks[task]
    unpack(workflow, made, place)
    for name, content in files.items():
        (place / name).write_bytes(content)
    inputs = {"IN": list(files)} if files else {}
    return run_job(made, place, inputs=inputs, values=values, iteration=iteration, serial=serial)


@pytest.mark.slow
def test_the_sample_calibrates_its_detector(detector: alw.CompiledWorkflow, tmp_path: Path) -> None:
    values: dict[str, Any] = {"gain": 1.0}
    for iteration in range(1, 11):
        outputs: dict[str, bytes] = {}
        for serial in range(1, 6):
            place = tmp_path / f"measure-{iteration}-{serial}"
            job = run(detector, "measure", place, {}, values, iteration, serial)
            assert job.ok, job
            outputs[f"user.wguan.4711._{serial:06d}.points.json"] = job.files["points.json"]
        job = run(detector, "adjust", tmp_path / f"adjust-{iteration}", outputs, values, iteration)
        assert job.ok, job
        result = json.loads(job.files["next.json"])
        assert set(result) == {"gain", "error", "to_continue"}
        values = {"gain": result["gain"]}
        if not result["to_continue"]:
            break
    assert iteration == 2
    assert result["error"] <= WANTED
    assert abs(values["gain"] - 250 / 140) < 0.05


def test_a_learner_without_its_sandbox_stops_the_loop(
    detector: alw.CompiledWorkflow, tmp_path: Path
) -> None:
    (tmp_path / "in.json").write_text("{}")
    job = run_job(
        detector.tasks["adjust"], tmp_path, inputs={"IN": ["in.json"]}, values={"gain": 1.0},
        iteration=1,
    )  # fmt: skip
    assert not job.ok
    assert job.files == {}
