"""A source for a map or a command line compiles to an equal map."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import alw
from alw.driver.loader import beside
from alw.formatting import format_source
from alw.importing.compare import find_differences
from alw.importing.from_map import NotImported, from_command, from_map
from alw.panda.client import prun
from alw.text.source import Source, nothing
from tests.engine.stored import SEED
from tests.schemas.documents import PRUN, prun_arguments

from .maps import Map, as_typed, compiled_map, essence, submitted

#: What prun cannot be told without a file, or would refuse itself if it submitted.
REFUSED = {"event picking": "pick them first", "numbered group": "ALW410"}
#: Whose jobs fetch no sandbox from PanDA's cache.
NOT_ON_CACHE = {"container, old mode", "sandbox in DDM", "sandbox in DDM, no build"}
#: Options that give the command's ``%IN`` files.
INPUTS = ("--inDS", "--goodRunListXML")


def with_input(case: Sequence[str]) -> list[str]:
    """A command line whose command uses ``%IN`` if there is an input."""
    words = prun_arguments(case)
    if not {*INPUTS} & {*words}:
        words = [word.replace("./run.sh %IN", "./run.sh x") for word in words]
    return [word for word in words if word != "--priority=-5"]


CASES = {name: with_input(case) for name, case in PRUN.items() if name not in REFUSED}
SPELLINGS: dict[str, Callable[[Sequence[str]], str]] = {
    "panda-client": as_typed,
    "shell": lambda arguments: shlex.join(["prun", *arguments]),
    "with =": lambda arguments: as_typed(joined(arguments)),
}


def joined(arguments: Sequence[str]) -> list[str]:
    """``--name=value`` for ``--name value``."""
    words: list[str] = []
    for word in arguments:
        if words and words[-1].startswith("--") and "=" not in words[-1] and word[:1] != "-":
            words[-1] += f"={word}"
        else:
            words.append(word)
    return words


def of_map(task_map: Map, path: str | None = None) -> str:
    return from_map(task_map, "imported.alw", path, nothing, "map.json")


@pytest.mark.parametrize("name", CASES)
def test_a_command_line(name: str) -> None:
    source = from_command(CASES[name])
    assert format_source(Source("imported.alw", source)) == source
    assert essence(compiled_map(source)) == essence(prun(CASES[name]).map)


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("name", CASES)
@pytest.mark.slow
def test_a_map_becomes_options(name: str, spelling: str) -> None:
    task_map = submitted(CASES[name], SPELLINGS[spelling](CASES[name]))
    source = of_map(task_map)
    assert "\n    map" not in source
    assert ("\n    sandbox" in source) == (name not in NOT_ON_CACHE)
    apart = ["sourceURL"] if name in NOT_ON_CACHE else []
    assert essence(compiled_map(source), *apart) == essence(task_map, *apart)
    assert {d.place for d in find_differences(compiled_map(source), task_map)} == {*apart}


@pytest.mark.parametrize("name", REFUSED)
def test_what_prun_needs_more_for(name: str) -> None:
    arguments = with_input(PRUN[name])
    with pytest.raises(NotImported) as error:
        from_command(arguments)
    said = [error.value.message, *(d.rule.code for d in error.value.diagnostics)]
    assert any(REFUSED[name] in text for text in said)


def test_the_source_reads_as_if_written_by_hand() -> None:
    source = of_map(submitted(SEED, as_typed(SEED)))
    assert (
        source
        == """\
# From the task parameter map map.json.
workflow altest1234 {
  task run {
    exec    = "python simplescript.py 0.5 0.5 200 output.json"
    outputs = ["output.json"]
    n_jobs  = 10
    sandbox = "https://aipanda047.cern.ch:25443/cache/\
sources.0ca6a2fb-4ad0-42d0-979d-aa7c284f1ff7.tar.gz"
    dataset = "user.wguan.altest1234"
  }
}
"""
    )


def test_a_long_command_spans_lines() -> None:
    options = " ".join(f"--option{n} {{value{n}}} ${{X}}" for n in range(20))
    arguments = ["--exec", f"run --first 'a  b' {options}", "--outDS", "user.me.x"]
    source = from_command(arguments)
    assert all(len(line) <= 100 for line in source.splitlines())
    assert essence(compiled_map(source)) == essence(prun(arguments).map)


def test_many_outputs_have_a_line_each() -> None:
    outputs = [f"histograms_{n}.root" for n in range(9)]
    arguments = ["--exec", "true", "--outDS", "user.me.x", "--outputs", ",".join(outputs)]
    source = from_command(arguments)
    assert "".join(f'      "{name}",\n' for name in outputs) in source
    assert format_source(Source("imported.alw", source)) == source


def test_a_number_that_no_source_can_hold() -> None:
    arguments = ["--exec", "true", "--outDS", "user.me.x", "--nJobs", "1" * 30]
    with pytest.raises(NotImported) as error:
        from_command(arguments)
    assert "ALW101" in {d.code for d in error.value.diagnostics}


@pytest.mark.parametrize(
    "command",
    [
        'echo "a b" "c"', 'python -c "import x; x.y(%IN)"', "a", '"" a%RNDM:3,b "c d" %MAXEVENTS',
        'x " --outputs "y', "it\\'s", 'root -b -q "macro.C(\\"%IN\\")"', "--a --b c",
    ],
)  # fmt: skip
@pytest.mark.parametrize("written", ["--exec", "--exec="])
def test_quotes_that_panda_client_does_not_escape(command: str, written: str) -> None:
    option = [f"--exec={command}"]
    if written == "--exec" and not command.startswith("-"):
        option = ["--exec", command]
    arguments = [*option, "--outDS", "user.me.x", "--nJobs", "3", "--inDS", "mc.1"]
    task_map = submitted(arguments, as_typed(arguments))
    assert essence(compiled_map(of_map(task_map))) == essence(task_map)


def test_options_of_the_machine_are_left_out_and_named() -> None:
    arguments = [*SEED, "-v", "--tmpDir", "/tmp", "--extFile=a.root", "--noSubmit", "-y"]
    source = from_command(arguments)
    assert "--verbose, --tmpDir, --extFile, --noSubmit" in source
    assert essence(compiled_map(source)) == essence(prun(SEED).map)


@pytest.mark.parametrize(
    ("architecture", "options"),
    [
        ("@centos7", ['architecture = "@centos7"']),
        ("x86_64-el9-gcc13-opt", ['cmt_config = "x86_64-el9-gcc13-opt"']),
        (
            "x86_64-el9-gcc13-opt@el9",
            ['architecture = "@el9"', 'cmt_config   = "x86_64-el9-gcc13-opt"'],
        ),
    ],
)
def test_what_the_submitters_environment_gave_is_written(
    architecture: str, options: list[str]
) -> None:
    """``ALRB_USER_PLATFORM`` and ``CMTCONFIG`` are not in the command line."""
    software, at, platform = architecture.partition("@")
    environment = [f"--architecture={at}{platform}"] if at else []
    environment += [f"--cmtConfig={software}"] if software else []
    task_map = submitted([*SEED, *environment], as_typed(SEED))
    assert task_map["architecture"] == architecture
    source = of_map(task_map)
    for option in options:
        assert " ".join(option.split()) in " ".join(source.split())
    assert essence(compiled_map(source)) == essence(task_map)


# What options cannot give


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"ramCount": 3000, "ramCountUnit": "MBPerCore"}, "ramCount: 3000 in the map, nothing"),
        ({"nEvents": 11}, "nEvents: 11 in the map, 10 from the options"),
        ({"cliParams": "prun --inDsTxt x --exec y --outDS user.me.z"}, "the file 'x'"),
        ({"cliParams": "pathena --trf x --outDS user.me.z"}, "not a command line of prun"),
        ({"cliParams": "prun --newOption --outDS user.me.z"}, "--newOption"),
        ({"cliParams": ""}, "it has no cliParams"),
        ({"cliParams": 'prun --exec "'}, "cliParams"),
    ],
)
def test_the_file_is_named_where_options_give_another_map(
    change: Map, told: str, tmp_path: Path
) -> None:
    task_map = {**submitted(SEED, as_typed(SEED)), **change}
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps/it.json").write_text(json.dumps(task_map))
    source = from_map(task_map, str(tmp_path / "w.alw"), "maps/it.json", beside, "it.json")
    assert 'map = "maps/it.json"' in source
    comments = [line for line in source.splitlines() if line.startswith("#")]
    assert any(told in comment for comment in comments), comments
    (tmp_path / "w.alw").write_text(source)
    compiled = alw.compile(tmp_path / "w.alw")
    assert compiled.ok, compiled.diagnostics
    assert compiled.workflows["altest1234"].tasks["run"] == task_map


def test_every_part_of_the_map_counts() -> None:
    """Whatever is changed, it is not taken for what prun gives."""
    task_map = submitted(CASES["merge"], as_typed(CASES["merge"]))
    apart = {"userName", "taskType", "taskPriority", "countryGroup", "osInfo"}

    def changed(value: Any) -> list[Any]:
        if isinstance(value, bool) or value is None:
            return [not value]
        if isinstance(value, int):
            return [value + 1]
        if isinstance(value, str):
            return [f"{value}x"]
        if isinstance(value, list):
            return [
                [*value[:n], new, *value[n + 1 :]]
                for n, v in enumerate(value)
                for new in changed(v)
            ] + [[*value, *value[:1]], value[:-1]] * bool(value)
        return [{**value, key: new} for key, item in value.items() for new in changed(item)]

    for key in set(task_map) - apart - {"cliParams"}:
        for new in changed(task_map[key]):
            other = {**task_map, key: new}
            assert find_differences(task_map, other), (key, new)


def test_numbers_of_other_types_differ() -> None:
    task_map = submitted(SEED, as_typed(SEED))
    for other in (True, 1.0, "1"):
        (difference,) = find_differences(task_map, {**task_map, "nEventsPerJob": other})
        assert difference == ("nEventsPerJob", 1, other)


def test_a_map_without_a_file_in_reach() -> None:
    with pytest.raises(NotImported, match="not in the folder"):
        of_map({**submitted(SEED, as_typed(SEED)), "nEvents": 11})


@pytest.mark.parametrize("wrong", [[], {}, {"taskName": "x"}, "x", None, {
    "taskName": "x", "processingType": "x", "jobParameters": ["x"],
}])  # fmt: skip
def test_what_is_no_map(wrong: Any) -> None:
    with pytest.raises(NotImported, match="not a task parameter map"):
        of_map(wrong)
