"""Whose sandbox a task gets, and that its map says so everywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from alw.panda.archives import find_place, set_archive
from tests.engine.stored import SEED, stored_map
from tests.engine.stored import compiled as with_maps
from tests.sandbox.folders import File, compiled, write
from tests.schemas.documents import PRUN, prun_arguments

OLD = "sources.0ca6a2fb-4ad0-42d0-979d-aa7c284f1ff7.tar.gz"
SERVER = "https://aipanda048.cern.ch:25443"
ADDRESS = f"{SERVER}/cache/{OLD}"


def submitted(*more: str, url: str = SERVER, name: str = OLD) -> dict[str, Any]:
    """The map of a task whose sandbox was uploaded."""
    return set_archive(stored_map([*SEED, *more]), name, url)


def project(folder: Path, text: str, **maps: dict[str, Any]) -> dict[str, Any]:
    """The maps of the tasks of a workflow beside a folder ``files``, and its archives."""
    write({"run.py": File(b"x")}, folder / "files")
    result = with_maps(folder, f'workflow w {{ dataset = "user.me.w" {text} }}', **maps)
    assert result.ok, result.diagnostics
    workflow = result.workflows["w"]
    return {**workflow.tasks, "archives": list(workflow.sandboxes)}


def test_without_a_sandbox_nothing_changes(tmp_path: Path) -> None:
    made = project(tmp_path, 'task a { exec = "x" } task b { map = "m.json" }', m=submitted())
    assert made["a"]["buildSpec"]["archiveName"] is None
    assert made["b"]["buildSpec"]["archiveName"] == OLD
    assert made["b"]["sourceURL"] == SERVER
    assert made["archives"] == []


def test_an_address(tmp_path: Path) -> None:
    made = project(
        tmp_path,
        f"""task a {{ exec = "x" sandbox = "{ADDRESS}" }}
        task b {{ exec = "x" sandbox = "{ADDRESS}" no_build = true }}
        task c {{ exec = "x" sandbox = a.sandbox }}""",
    )
    for task in "abc":
        assert find_place(made[task]) == (SERVER, OLD)
    assert f"-a {OLD}" in [item["value"] for item in made["b"]["jobParameters"]]
    assert made["archives"] == []


def test_one_archive_for_all_that_share_it(tmp_path: Path) -> None:
    made = project(
        tmp_path,
        """task a { exec = "x" sandbox = "files" }
        task b { exec = "x" sandbox = c.sandbox }
        task c { exec = "x" sandbox = "./files/" }
        task d { exec = "x" sandbox = b.sandbox no_build = true }
        task e { exec = "x" sandbox = "files" no_build = true }""",
    )
    places = {task: find_place(made[task]) for task in "abcde"}
    assert places["a"] == places["b"] == places["c"] == places["d"]
    assert [name.split(".")[0] for name in made["archives"]] == ["sources", "jobO"]
    assert places["a"] and places["e"]
    assert places["a"].name.split(".")[1:] == places["e"].name.split(".")[1:]


def test_the_sandbox_of_a_stored_map(tmp_path: Path) -> None:
    made = project(
        tmp_path,
        """task a { map = "m.json" }
        task b { exec = "x" sandbox = a.sandbox }
        task c { map = "n.json" dataset = "user.me.c" sandbox = a.sandbox }
        task d { map = "n.json" dataset = "user.me.d" sandbox = "files" }
        task e { exec = "x" sandbox = d.sandbox }""",
        m=submitted(),
        n=submitted("--noBuild", url="https://other", name="jobO.x.tar.gz"),
    )
    for task in "abc":
        found = find_place(made[task])
        assert found is not None
        assert found.address == ADDRESS
    assert find_place(made["d"]) == find_place(made["e"])
    assert made["d"]["sourceURL"] == made["e"]["sourceURL"] == "https://pandacache.cern.ch"
    assert "jobO.x" not in json.dumps([made["c"], made["d"]])
    assert "https://other" not in json.dumps([made["c"], made["d"]])


CASES = {
    case: PRUN[case]
    for case in PRUN
    if "DDM" not in case and not ("container" in case and "old" in case)
}


@pytest.mark.parametrize("case", CASES)
def test_every_map_of_prun_takes_another_archive(case: str) -> None:
    dry = stored_map(prun_arguments(PRUN[case]))
    one = set_archive(dry, "jobO.one.tar.gz", "https://one")
    other = set_archive(one, "sources.two.tar.gz", "https://two:1")
    assert find_place(one) == ("https://one", "jobO.one.tar.gz")
    assert other == set_archive(dry, "sources.two.tar.gz", "https://two:1")
    text = json.dumps(other)
    assert "one.tar.gz" not in text
    assert "https://one" not in text
    assert '"-a None' not in text
    again = set_archive(other, "jobO.one.tar.gz", "https://one")
    assert again == one


def test_literal_addresses_and_mentions_are_changed_too() -> None:
    stored = submitted("--noBuild", "--mergeOutput", "--useNewCode", name="aaa.tgz")
    stored["jobParameters"].append(
        {"type": "constant", "value": f"-a aaa.tgz --sourceURL {SERVER}"}
    )
    stored["jobParameters"].append({"type": "constant", "value": "--other=aaa.tgz baaa.tgz"})
    made = set_archive(stored, "sources.b.tar.gz", "https://two")
    text = json.dumps(made)
    assert "aaa.tgz" not in text.replace("baaa.tgz", "")
    assert "baaa.tgz" in text
    assert SERVER not in text
    assert made["fixedSandbox"] == "sources.b.tar.gz"
    assert "-a sources.b.tar.gz" in made["mergeSpec"]["jobParameters"]


def test_a_command_is_no_place_for_an_archive(tmp_path: Path) -> None:
    text = 'task a { exec = "tar -a None; run -a x" no_build = true sandbox = "files" }'
    made = project(tmp_path, text)["a"]
    command = "tar%20-a%20None%3B%20run%20-a%20x"
    assert [item["value"] for item in made["jobParameters"]].count(command) == 1
    assert "tar -a None; run -a x" in made["cliParams"]


@pytest.mark.parametrize(
    "change",
    [
        {"sourceURL": None},
        {"sourceURL": ""},
        {"sourceURL": "https://x y"},
        {"sourceURL": "https://$(id)"},
        {"buildSpec": {"archiveName": None}},
        {"buildSpec": {"archiveName": "a b"}},
        {"buildSpec": {"archiveName": "../x.tar.gz"}},
        {"tarBallViaDDM": "user.me:x.tgz"},
    ],
)
def test_maps_that_name_no_sandbox(tmp_path: Path, change: dict[str, Any]) -> None:
    stored = submitted()
    for key, value in change.items():
        stored[key] = {**stored[key], **value} if isinstance(value, dict) else value
    stored = {key: value for key, value in stored.items() if value is not None}
    text = """workflow w {
      dataset = "user.me.w"
      task a { map = "m.json" }
      task b { exec = "x" sandbox = a.sandbox }
    }"""
    found = with_maps(tmp_path, text, m=stored).diagnostics
    assert [d.code for d in found] == ["ALW423"] or {d.code for d in found} == {"ALW418"}


def test_a_sandbox_that_comes_with_a_dataset_cannot_be_replaced(tmp_path: Path) -> None:
    write({"run.py": File(b"x")}, tmp_path / "files")
    stored = submitted("--tarBallViaDDM", "user.me:sources.tgz")
    text = 'workflow w { task a { map = "m.json" sandbox = "files" } }'
    assert [d.code for d in with_maps(tmp_path, text, m=stored).diagnostics] == ["ALW424"]


@pytest.mark.parametrize("option", ["ext_file", "exclude_file", "in_tar_ball", "tar_ball_via_ddm"])
def test_options_that_say_what_is_sent(tmp_path: Path, option: str) -> None:
    write({"run.py": File(b"x")}, tmp_path / "files")
    text = f'task a {{ exec = "x" sandbox = "files" {option} = "a:b" }}'
    found = [d.code for d in compiled(tmp_path, text).diagnostics]
    assert "ALW403" in found
    assert set(found) <= {"ALW403", "ALW404", "ALW424"}


def test_root_core_says_how_to_set_up_an_archive_that_exists(tmp_path: Path) -> None:
    write({"run.py": File(b"x")}, tmp_path / "files")
    text = 'task a {{ exec = "x" use_root_core = true sandbox = "{}" }}'
    assert [d.code for d in compiled(tmp_path, text.format("files")).diagnostics] == ["ALW403"]
    found = compiled(tmp_path, text.format(ADDRESS))
    assert found.ok, found.diagnostics
    made = found.workflows["w"].tasks["a"]
    assert find_place(made) == (SERVER, OLD)
    assert "--useRootCore" in json.dumps(made["jobParameters"])


@pytest.mark.slow
def test_many_tasks_share_a_sandbox_in_a_chain(tmp_path: Path) -> None:
    tasks = ['task t0 { exec = "x" sandbox = "files" }']
    tasks += [f'task t{n} {{ exec = "x" sandbox = t{n - 1}.sandbox }}' for n in range(1, 1500)]
    made = project(tmp_path, "\n".join(reversed(tasks)))
    assert len({find_place(made[f"t{n}"]) for n in range(1500)}) == 1
