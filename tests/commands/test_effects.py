"""What becomes of the values of options, against the maps that prun makes."""

import json
from typing import Any

import pytest

import alw
from alw.panda.client import prun_options
from alw.panda.effects import Range, effect
from alw.panda.maps import task_without_names
from tests.commands.programs import codes

OPTIONS = prun_options()
NUMBERS = [option for option in OPTIONS.values() if option.kind == "int" and not option.choices]
#: Change nothing in any map: for the machine where prun is called, and without a meaning.
NOWHERE = {"maxFileSize", "maxCpuCount"}
#: Beside an input, these are read.
WITH_INPUT = {"nFiles", "nfiles", "nFilesPerJob", "nEventsPerFile", "nSkipFiles"}


def compiled(settings: str, command: str = "run") -> alw.Compilation:
    return alw.compile_text(
        f'workflow w {{ dataset = "user.me.w"\ntask t {{ exec = "{command}"\n{settings} }} }}'
    )


def said(settings: str, command: str = "run") -> list[str]:
    return [f"{d.name}: {d.message} => {d.help}" for d in compiled(settings, command).diagnostics]


@pytest.mark.parametrize("option", NUMBERS, ids=lambda option: option.name)
@pytest.mark.parametrize("number", [-7, -1, 0])
def test_a_number_that_prun_has_no_use_for(option: Any, number: int) -> None:
    """Whatever is accepted without a word is in the map, or what prun does anyway."""
    reads = option.name in WITH_INPUT
    in_ds = 'in_ds = "user.me.d"\n' if reads else ""
    found = compiled(f"{in_ds}{option.name} = {number}")
    if number < 0 or (option.name in NOWHERE and number != option.default):
        assert not found.ok or option.name in {*NOWHERE, "priority"}
        assert found.diagnostics
        return
    if found.ok and not found.diagnostics:
        made = dict(found.workflows["w"].tasks["t"])
        without = compiled(in_ds).workflows["w"].tasks["t"]
        made.pop("cliParams")
        anyway = made == {key: value for key, value in without.items() if key != "cliParams"}
        assert number == option.default if anyway else f": {number}" in json.dumps(made)


@pytest.mark.parametrize("option", NUMBERS, ids=lambda option: option.name)
@pytest.mark.parametrize("number", [1, 5, 50])
def test_a_number_that_arrives_is_fine(option: Any, number: int) -> None:
    reads = option.name in WITH_INPUT
    arguments = ((option.name, str(number)),)
    made = task_without_names(arguments, reads)
    found = effect(option.name, arguments, reads)
    if option.name in NOWHERE:
        assert found.kind == "idle"
    elif option.name == "parentTaskID":
        assert found.kind == "lost"
    else:
        assert found.kind == "arrives" and f": {number}" in json.dumps(made)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("n_jobs = 1", []),
        ("n_jobs = 10 n_events = 1000", []),
        ("n_jobs = 20 n_events_per_job = 5", []),
        ("n_core = 1", []),
        ('n_files = 0 n_skip_files = 0 in_ds = "user.me.d"', []),
        ('n_jobs = 5 n_files_per_job = 10 in_ds = "user.me.d"', []),
        ('n_gb_per_job = "MAX" in_ds = "user.me.d"', []),
        ('site = "AUTO" framework = "" bexec = ""', []),
        ('no_build = true container_image = "docker://x"', []),
        ('force_staged = true transfer_type = "file"', []),
        ('use_direct_io_sites = true transfer_type = "file"', ["no-effect"]),
        ('bexec = "make" no_build = true', ["no-effect"]),
        ('ctr_workdir = "/x" container_image = "docker://x"', ["no-effect"]),
        ('ctr_workdir = "/x" container_image = "docker://x" old_cont_mode = true', ["prun-warns"]),
        ("merge_log = true", ["no-effect"]),
        ('merge_log = true merge_output = true outputs = ["a"]', []),
        ("n_files_per_job = 10", ["no-effect"]),
        ('n_jobs = 10 in_ds = "user.me.d"', ["no-effect"]),
        ("nJobs = 10 split = 10", ["no-effect"]),
        ("verbose = true no_submit = true", ["no-effect", "no-effect"]),
        ("n_jobs = 300 n_events = 1000", ["dropped-value"]),
        ('n_jobs = 20 n_files = 10 in_ds = "user.me.d"', ["dropped-value"]),
        ("max_attempt = 51", ["dropped-value"]),
        ("n_events = 100 n_jobs = 0", ["dropped-value"]),
        ("alrb = false", ["dropped-value"]),
        ("wrap_exec_in_container = false", []),
        ("priority = 899", ["no-effect"]),
        ("priority = 1100", []),
    ],
)
def test_options_beside_each_other(settings: str, expected: list[str]) -> None:
    assert [d.name for d in compiled(settings).diagnostics] == expected, said(settings)


def test_what_is_passed_on_is_said() -> None:
    assert effect("maxAttempt", (("maxAttempt", "60"),), False).range == Range(1, 50)
    assert effect("nJobs", (("nJobs", "0"),), False).range == Range(1, None)
    assert "from 1 to 50" in said("max_attempt = 51")[0]


def test_what_an_option_needs_is_said() -> None:
    assert "'t' reads no dataset" in said('match = "*.root"')[0]
    assert "outputs" in said('destSE = "CERN"')[0]
    assert "because of 'no_build'" in said('bexec = "make" no_build = true')[0]


def test_no_warning_where_there_are_errors() -> None:
    assert [d.name for d in compiled("verbose = true n_jobs = 0").diagnostics] == ["dropped-value"]
    assert [d.name for d in compiled("n_jobs = 0 verbose = true").diagnostics] == ["dropped-value"]


def test_a_learner_is_not_told_of_what_the_compiler_adds() -> None:
    found = alw.compile_text(
        'workflow w { dataset = "user.me.w"\nloop scan { param x: float = 1.0\n'
        'task a { exec = "a {x}" outputs = ["o"] n_jobs = 3 }\n'
        'learn b { exec = "python b.py r.json {iteration} {a.outputs[0]}" force_staged = true\n'
        'result "r.json" { x: float } }\nrepeat while b.x < 2 at most 3 times } }'
    )
    assert found.ok and not codes(found)
    assert not [d for d in found.diagnostics if d.name in ("no-effect", "dropped-value")]
