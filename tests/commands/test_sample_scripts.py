"""The sample's loop for real: every job is run, every value goes the way it goes on the grid."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import alw
from tests.commands.unpacking import unpack
from tests.oracles.worker_node import Job, fill_markers, run_job

pytestmark = pytest.mark.slow

SCRIPTS = ("simplescript.py", "merge.py")
MOST = 20
OLDEST_PYTHON = Path("/root/.pyenv/versions/3.6.15/bin/python3")


def run_loop(sample: alw.CompiledWorkflow, directory: Path, shell: str) -> list[dict[str, object]]:
    """Ten simulations an iteration, and the learner that reads them, until it has enough."""
    values: dict[str, object] = {"m1": 0.5, "m2": 0.5, "nevents": 200}
    results: list[dict[str, object]] = []
    datasets: set[str] = set()
    while not results or results[-1]["to_continue"] is True:
        iteration = len(results) + 1
        assert iteration <= MOST
        outputs: dict[str, bytes] = {}
        for serial in range(1, 11):
            job = in_sandbox(sample, "simulate", directory, {}, values, iteration, serial, shell)
            outputs[f"user.wguan.4711._{serial:06d}.output.json"] = job.files["output.json"]
        job = in_sandbox(sample, "merge", directory, outputs, values, iteration, 1, shell)
        found = json.loads(job.files["merge.json"])
        assert set(found) == {"m1", "m2", "nevents", "to_continue"}
        assert [type(found[k]) for k in ("m1", "m2", "nevents")] == [float, float, int]
        assert found["to_continue"] is (found["nevents"] > 0 and iteration < MOST)
        for made in sample.tasks.values():
            datasets.add(fill_markers(made, values, iteration)["taskName"])
        results.append(found)
        values = {name: found[name] for name in ("m1", "m2", "nevents")}
    assert len(datasets) == 2 * len(results)
    return results


def in_sandbox(
    sample: alw.CompiledWorkflow,
    task: str,
    directory: Path,
    files: dict[str, bytes],
    values: dict[str, object],
    iteration: int,
    serial: int,
    shell: str,
) -> Job:
    place = directory / f"{task}-{iteration}-{serial}"
    place.mkdir()
    unpack(sample, sample.tasks[task], place)
    for name, content in files.items():
        (place / name).write_bytes(content)
    inputs = {"IN": list(files)} if files else {}
    job = run_job(
        sample.tasks[task], place, inputs=inputs, values=values, iteration=iteration,
        serial=serial, shell=shell,
    )  # fmt: skip
    assert job.ok, job
    return job


@pytest.mark.parametrize("shell", ["/bin/sh", "/bin/bash"])
def test_the_loop_finds_the_best_point(
    sample: alw.CompiledWorkflow, tmp_path: Path, shell: str
) -> None:
    results = run_loop(sample, tmp_path, shell)
    last = results[-1]
    assert last["nevents"] == 0
    assert 2 <= len(results) <= 16
    distance = abs(complex(float(str(last["m1"])) - 1.3, float(str(last["m2"])) - 0.9))
    assert distance < 0.4
    measured = json.loads((tmp_path / "simulate-1-1" / "output.json").read_text())
    other = json.loads((tmp_path / "simulate-1-2" / "output.json").read_text())
    assert measured["seed"] != other["seed"]
    assert measured["n_events"] == 200
    assert 0 < measured["uncertainty"] < 0.1


def test_a_job_finds_the_script_that_its_command_runs(
    sample: alw.CompiledWorkflow, tmp_path: Path
) -> None:
    for task, script in zip(("simulate", "merge"), SCRIPTS, strict=True):
        place = tmp_path / task
        place.mkdir()
        assert unpack(sample, sample.tasks[task], place) == [script]
        (place / script).unlink()
        (place / "in.json").write_text("{}")
        job = run_job(
            sample.tasks[task], place, inputs={"IN": ["in.json"]} if task == "merge" else {},
            values={"m1": 0.5, "m2": 0.5, "nevents": 20}, iteration=1,
        )  # fmt: skip
        assert not job.ok  # without it there is no job


def run(samples: Path, directory: Path, *words: str, python: str = sys.executable) -> int:
    script = samples / words[0]
    done = subprocess.run(
        [python, str(script), *words[1:]], cwd=directory, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode


def test_a_seed_repeats_a_job(samples: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert run(samples, tmp_path, "simplescript.py", "0.5", "0.5", "50", name, "7") == 0
    assert (tmp_path / "a").read_text() == (tmp_path / "b").read_text()


def test_wrong_arguments(samples: Path, tmp_path: Path) -> None:
    assert run(samples, tmp_path, "simplescript.py", "0.5") == 1
    assert run(samples, tmp_path, "simplescript.py", "0.5", "0.5", "0", "o.json") == 1
    assert run(samples, tmp_path, "merge.py") == 1


def test_too_few_files_are_asked_for_again(samples: Path, tmp_path: Path) -> None:
    assert run(samples, tmp_path, "simplescript.py", "0.5", "0.5", "20", "o.json") == 0
    assert run(samples, tmp_path, "merge.py", "r.json", "0.5", "-0.25", "20", "o.json,o.json") == 0
    assert json.loads((tmp_path / "r.json").read_text()) == {"m1": 0.5, "m2": -0.25, "nevents": 20}


@pytest.mark.skipif(not OLDEST_PYTHON.exists(), reason="no Python 3.6 here")
def test_the_scripts_run_on_python_3_6(samples: Path, tmp_path: Path) -> None:
    python = str(OLDEST_PYTHON)
    names = [f"{n}.json" for n in range(6)]
    for name in names:
        words = ("simplescript.py", "1.0", "1.0", "50", name)
        assert run(samples, tmp_path, *words, python=python) == 0
    merge = ("merge.py", "r.json", "1.0", "1.0", "50", ",".join(names))
    assert run(samples, tmp_path, *merge, python=python) == 0
    assert set(json.loads((tmp_path / "r.json").read_text())) == {"m1", "m2", "nevents"}


def test_scripts_are_small(samples: Path) -> None:
    for script in SCRIPTS:
        assert len((samples / script).read_text().splitlines()) < 120
