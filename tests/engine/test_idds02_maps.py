"""What iDDS 0.2.1 finds in a task parameter map, and what its cluster makes of a learner."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.oracles.idds02.documents import learner, workflow
from tests.oracles.idds02.oracle import Parsed, Refused, Run, parse, run_all
from tests.oracles.jedi.prun import prun_maps

Json = dict[str, Any]

SET = "user.wguan.al"
START = ["--exec", "python a.py", "--outDS", SET]
COMMANDS = {
    "plain": [*START, "--outputs", "output.json", "--nJobs", "2"],
    "outputs": [*START, "--outputs", "a.json,b.root", "--nJobs", "2"],
    "input": [*START, "--outputs", "a.json", "--inDS", "user.x.data/"],
    "secondary": [
        *START, "--outputs", "a.json", "--inDS", "user.x.data/",
        "--secondaryDSs", "IN2:1:user.x.more/",
    ],
    "own input": [*START, "--outputs", "a.json", "--inDS", f"{SET}.before/"],
    "no build": [*START, "--outputs", "a.json", "--nJobs", "1", "--noBuild"],
    "container": [
        *START, "--outputs", "a.json", "--nJobs", "1", "--containerImage", "docker://atlas/x",
    ],
}  # fmt: skip
ARCHIVE = "sources.tar.gz"


@pytest.fixture(scope="module")
def maps() -> dict[str, Json]:
    """prun's maps, with the command line and the archive that its dry mode leaves out."""
    made = dict(zip(COMMANDS, prun_maps(list(COMMANDS.values())), strict=True))
    for name, task_map in made.items():
        task_map["cliParams"] = "prun " + " ".join(COMMANDS[name])
        if "buildSpec" in task_map:
            task_map["buildSpec"]["archiveName"] = ARCHIVE
    return made


@pytest.fixture(scope="module")
def parsed(maps: dict[str, Json]) -> dict[str, Parsed | Refused]:
    return dict(zip(maps, parse(list(maps.values())), strict=True))


def found(parsed: dict[str, Parsed | Refused], name: str) -> Parsed:
    answer = parsed[name]
    assert isinstance(answer, Parsed), answer
    return answer


def datasets(answer: Parsed) -> list[str]:
    return [item["dataset"] for item in answer.task_map["jobParameters"] if "dataset" in item]


def test_outputs_are_found_and_the_last_is_taken_for_the_input(
    parsed: dict[str, Parsed | Refused],
) -> None:
    plain, outputs = found(parsed, "plain"), found(parsed, "outputs")
    assert plain.outputs == plain.inputs == [f"user.wguan:{SET}_0_output.json"]
    assert outputs.outputs == [f"user.wguan:{SET}_0_a.json", f"user.wguan:{SET}_0_b.root"]
    assert outputs.inputs == outputs.outputs[-1:]


@pytest.mark.parametrize("name", ["input", "secondary"])
def test_inputs_and_the_log_are_not_found(
    parsed: dict[str, Parsed | Refused], maps: dict[str, Json], name: str
) -> None:
    answer = found(parsed, name)
    assert "user.x.data/" in datasets(answer)
    assert answer.inputs == [f"user.wguan:{SET}_0_a.json"]
    assert answer.logs == []
    assert maps[name]["log"]["dataset"] == f"{SET}.log/"
    assert answer.task_map["log"]["dataset"] == f"{SET}_0.log/"


def test_an_input_whose_name_begins_with_the_output_s_is_renamed(
    parsed: dict[str, Parsed | Refused],
) -> None:
    assert f"{SET}_0.before/" in datasets(found(parsed, "own input"))


def test_sandbox_is_the_archive_on_the_cache_server(
    parsed: dict[str, Parsed | Refused], maps: dict[str, Json]
) -> None:
    source = maps["plain"]["sourceURL"]
    assert found(parsed, "plain").sandbox == f"{source}/cache/{ARCHIVE}"


def test_map_without_a_build_or_without_an_archive_is_refused(
    parsed: dict[str, Parsed | Refused],
) -> None:
    """Only by the constructor: a workflow loaded from JSON never comes there."""
    for name in ("no build", "container"):
        assert parsed[name] == Refused("KeyError('buildSpec')")
    (raw,) = prun_maps([COMMANDS["plain"]])
    raw["cliParams"] = f"prun --outDS {SET}"
    assert "TypeError" in str(parse([raw])[0])


def test_outds_is_read_off_the_command_line_as_it_is_written(maps: dict[str, Json]) -> None:
    spellings = {
        f"prun --outDS {SET}": SET,
        f"prun --outDS={SET}": f"={SET}",
        f"prun --outDS '{SET}'": f"'{SET}'",
    }
    answers = parse([{**maps["plain"], "cliParams": command} for command in spellings])
    names = [answer.output_dataset_name for answer in answers if isinstance(answer, Parsed)]
    assert names == list(spellings.values())
    task_names = [answer.task_map["taskName"] for answer in answers if isinstance(answer, Parsed)]
    assert task_names == [f"{SET}_0/", f"{SET}/", f"{SET}/"]
    missing = parse([{**maps["plain"], "cliParams": f"prun -o {SET}"}])
    assert missing == [Refused("IndexError('list index out of range')")]


def test_learner_s_job_runs_its_arguments_twice_and_never_fails(tmp_path: Path) -> None:
    """``arguments=…`` is written unquoted before the command itself (atlasactuatorwork.py:326)."""
    (trace,) = run_all([
        Run(workflow({"l": learner("-c 'exit 3'; echo x >> ran", {}, SET)}, {}, ["l"]))
    ])  # fmt: skip
    (job,) = trace.submissions
    assert job.command == "python -c 'exit 3'; echo x >> ran"
    assert job.script is not None
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("wget", "rucio", "tar"):
        (tools / tool).write_text("#!/bin/sh\n")
        (tools / tool).chmod(0o755)
    done = subprocess.run(
        ["bash", "-c", job.script],
        cwd=tmp_path, env={"PATH": f"{tools}{os.pathsep}/usr/bin:/bin"}, timeout=30,
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    # once behind the assignment, once behind the command; the echo between has it in quotes
    assert (tmp_path / "ran").read_text().split() == ["x"] * 2
