"""The README, followed to the letter: its files compile, its loop runs, its output is real."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import alw
from alw.cli.app import alw as group
from alw.cli.verbs import verb_names
from tests.commands.unpacking import unpack
from tests.oracles.worker_node import Job, run_job

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
JOBS, MOST = 10, 20


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The files that the README tells the reader to save."""
    found = re.findall(r"^<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", README, re.M | re.S)
    assert {name for name, _ in found} >= {"hello.alw", "search.alw", "simulate.py", "decide.py"}
    for name, text in found:
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_its_programs_compile_without_a_word(project: Path) -> None:
    compilation = alw.compile([project / "hello.alw", project / "search.alw"])
    assert compilation.ok
    assert compilation.diagnostics == ()
    assert set(compilation.workflows) == {"hello", "search"}


def _job(
    search: alw.CompiledWorkflow, task: str, place: Path, values: dict[str, object], number: int,
    iteration: int, files: dict[str, bytes],
) -> Job:  # fmt: skip
    place.mkdir()
    unpack(search, search.tasks[task], place)
    for name, content in files.items():
        (place / name).write_bytes(content)
    job = run_job(
        search.tasks[task], place, inputs={"IN": list(files)} if files else {}, values=values,
        iteration=iteration, serial=number,
    )  # fmt: skip
    assert job.ok, job
    return job


@pytest.mark.slow
def test_its_loop_finds_the_best_mass(project: Path) -> None:
    search = alw.compile(project / "search.alw").workflows["search"]
    values: dict[str, object] = {"mass": 500.0}
    masses = []
    for iteration in range(1, MOST + 1):
        files = {}
        for number in range(1, JOBS + 1):
            place = project / f"simulate-{iteration}-{number}"
            job = _job(search, "simulate", place, values, iteration * 100 + number, iteration, {})
            files[f"user.n._{number}.out.json"] = job.files["out.json"]
        place = project / f"decide-{iteration}"
        job = _job(search, "decide", place, values, 1, iteration, files)
        result = json.loads(job.files["next.json"])
        assert result["to_continue"] is (not result["done"] and iteration < MOST)
        values = {"mass": result["mass"]}
        masses.append(result["mass"])
        if not result["to_continue"]:
            break
    assert abs(masses[-1] - 730) < 60, masses
    assert len(masses) < MOST


def test_the_message_that_it_shows_is_the_compiler_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = re.search(r"^```\n(error\[.*?)^```$", README, re.M | re.S)
    assert block is not None
    name = "samples/active_learning.alw"
    text = (ROOT / name).read_text(encoding="utf-8")
    (tmp_path / "samples").mkdir()
    slip = text.replace("{nevents} output.json", "{nevent} output.json")
    (tmp_path / name).write_text(slip, encoding="utf-8")
    for script in ("simplescript.py", "merge.py"):
        (tmp_path / "samples" / script).write_bytes((ROOT / "samples" / script).read_bytes())
    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(group, ["check", name], prog_name="alw").output
    assert block[1] in shown


def test_the_program_that_it_leads_with_is_the_sample() -> None:
    first = re.search(r"^```alw\n(.*?)^```$", README, re.M | re.S)
    assert first is not None
    sample = (ROOT / "samples" / "active_learning.alw").read_text(encoding="utf-8")
    assert sample.endswith(first[1])


def test_it_names_every_command() -> None:
    for page in (README, (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")):
        assert {name for name in verb_names() if f"alw {name}" not in page} == set()
