"""The sandbox that a map names is the one of the source."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import alw
from alw.driver.loader import beside
from alw.importing.from_map import NotImported, from_command, from_map
from alw.panda.archives import find_place
from tests.engine.stored import ADDED, SEED
from tests.sandbox.folders import File
from tests.sandbox.folders import write as written
from tests.sandbox.test_prun import ARGUMENTS, real
from tests.sandbox.test_prun import CASES as REAL

from .maps import Map, as_typed, compiled_map, essence, submitted
from .test_imported import of_map

CONTAINER = "--containerImage=docker://atlas/analysisbase:25.2.1"
ATHENA = ["--athenaTag=AnalysisBase,25.2.1", "--cmtConfig=x86_64-el9-gcc13-opt"]
#: Options that say whether there is a build, which wrapper runs, and the place of a name.
SHAPES = {
    "build": [],
    "no build": ["--noBuild"],
    "no compile": ["--noCompile"],
    "container": [CONTAINER],
    "old container": [CONTAINER, "--oldContMode", "--useSandbox"],
    "athena": ATHENA,
    "athena, no build": [*ATHENA, "--noBuild"],
    "root": ["--rootVer=6.30.02"],
    "root core": ["--useRootCore"],
}
MORE = [
    ["--mergeOutput"], ["--useNewCode"], ["--vo=other"], ["--nJobs=3"], ["--inDS=user.you.in/"],
    ["--outputs=a.root,S:b*.root,d-1.txt"], ["--noSeparateLog"], ["--persistentFile=h.json"],
]  # fmt: skip
ARCHIVES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,40}\.(?:tar\.gz|tgz)", fullmatch=True)
SERVERS = st.from_regex(
    r"https://[a-z0-9.-]{1,20}(?::[0-9]{1,5})?(?:/[A-Za-z0-9._-]{1,9}){0,2}", fullmatch=True
)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([*SHAPES.values()]),
    st.lists(st.sampled_from(MORE), max_size=4, unique_by=lambda words: words[0]),
    ARCHIVES,
    SERVERS,
)
@pytest.mark.slow
def test_any_sandbox(shape: list[str], more: list[list[str]], archive: str, server: str) -> None:
    assume("___idds___" not in archive + server)
    options = [word for words in [shape, *more] for word in words]
    arguments = ["--exec=python a.py", "--outDS=user.me.x", *options]
    task_map = submitted(arguments, as_typed(arguments), archive=archive, server=server)
    source = of_map(task_map)
    assert f'sandbox = "{server}/cache/{archive}"' in re.sub(" +", " ", source)
    made = compiled_map(source)
    assert essence(made) == essence(task_map)
    assert find_place(made) == (server, archive)


@pytest.mark.slow
@pytest.mark.parametrize("case", REAL)
def test_what_prun_submits(case: str, tmp_path: Path) -> None:
    folder = written({"run.py": File(b"")}, tmp_path / "files")
    theirs = real(folder, tmp_path / "prun.tar.gz", REAL[case][0])
    cli_params = shlex.join(["prun", *ARGUMENTS, *REAL[case][0]])
    task_map = {**theirs, **ADDED, "cliParams": cli_params}
    made = compiled_map(of_map(task_map))
    assert essence(made) == essence(task_map)
    assert find_place(made) == find_place(theirs)
    assert find_place(made) is not None


def test_what_is_compiled_comes_back(tmp_path: Path) -> None:
    written({"run.py": File(b"x")}, tmp_path / "files")
    (tmp_path / "w.alw").write_text(
        'workflow w { dataset = "user.me.w" task t { exec = "python run.py" sandbox = "files" } }'
    )
    task_map = dict(alw.compile(tmp_path / "w.alw").workflows["w"].tasks["t"])
    assert compiled_map(of_map(task_map)) == task_map


MERGE = {
    "useLocalIO": 1,
    "jobParameters": "-r . -a jobO.another.tar.gz --sourceURL ${SURL} ${TRN_OUTPUT:OUTPUT} "
    "${TRN_LOG:LOG}",
}


def named(change: Map, *options: str) -> Map:
    """The map of the seed with ``options``, changed; ``None`` takes something out."""
    made = submitted([*SEED, *options], as_typed([*SEED, *options]))
    for key, value in change.items():
        if key == "archiveName":
            made["buildSpec"][key] = value
        elif value is None:
            del made[key]
        else:
            made[key] = value
    return made


@pytest.mark.parametrize(
    "change",
    [
        {"sourceURL": "http://aipanda047.cern.ch:25080"},
        {"sourceURL": "https://me:secret@host"},
        {"sourceURL": "https://host/a?b=c"},
        {"sourceURL": "https://$(id)"},
        {"sourceURL": "file:///tmp"},
        {"sourceURL": ""},
        {"sourceURL": None},
        {"archiveName": "a b.tar.gz"},
        {"archiveName": "../x.tar.gz"},
        {"archiveName": ".x.tar.gz"},
        {"archiveName": "sources.x.zip"},
        {"archiveName": "x" * 200 + ".tar.gz"},
        {"archiveName": "None"},
        {"archiveName": None},
        {"archiveName": ""},
    ],
)
def test_an_address_that_no_source_may_name(change: Map) -> None:
    task_map = named(change)
    source = of_map(task_map)
    assert "sandbox =" not in source
    made = compiled_map(source)
    assert made["buildSpec"].pop("archiveName") is None
    task_map["buildSpec"].pop("archiveName")
    assert essence(made, "sourceURL") == essence(task_map, "sourceURL")


@pytest.mark.parametrize("is_there", [True, False])
def test_a_comment_tells_a_sandbox_that_is_not_in_the_source(is_there: bool) -> None:
    archive = "sources.0ca6a2fb-4ad0.tar.gz" if is_there else None
    source = of_map(named({"sourceURL": "http://host:1", "archiveName": archive}))
    comments = [line for line in source.splitlines() if line.startswith("#")]
    assert any(f"{archive} at http://host:1" in line for line in comments) == is_there


def test_a_command_line_sends_nothing() -> None:
    for shape in SHAPES.values():
        assert "sandbox =" not in from_command([*SEED, *shape]).replace("use_sandbox", "")


@pytest.mark.parametrize(
    ("change", "options"),
    [
        ({"fixedSandbox": "sources.another.tar.gz"}, []),
        ({"fixedSandbox": "sources.another.tar.gz"}, ["--useNewCode"]),
        ({"sourceURL": "https://host/"}, []),
        ({"mergeSpec": MERGE}, ["--mergeOutput", "--noBuild"]),
        ({"cliParams": f"{as_typed(SEED)} --useAthenaPackages"}, []),
    ],
)
def test_a_map_that_no_setting_gives_is_named_and_keeps_its_sandbox(
    change: Map, options: list[str], tmp_path: Path
) -> None:
    task_map = named(change, *options)
    (tmp_path / "m.json").write_text(json.dumps(task_map))
    source = from_map(task_map, str(tmp_path / "w.alw"), "m.json", beside, "m.json")
    assert 'map = "m.json"' in source
    assert "sandbox =" not in source
    (tmp_path / "w.alw").write_text(source)
    assert alw.compile(tmp_path / "w.alw").workflows["altest1234"].tasks["run"] == task_map


@pytest.mark.parametrize(
    "change",
    [
        {"buildSpec": None},
        {"buildSpec": "sources.x.tar.gz"},
        {"buildSpec": {}},
        {"buildSpec": {"tarBallViaDDM": 3}},
        {"mergeSpec": []},
        {"fixedSandbox": {}},
        {"sourceURL": 3},
        {"processingType": 3},
        {"jobParameters": [{}]},
    ],
)
def test_no_map_of_panda(change: Map, tmp_path: Path) -> None:
    task_map = {**submitted(SEED, as_typed(SEED)), **change}
    with pytest.raises(NotImported):
        of_map(task_map)
    (tmp_path / "m.json").write_text(json.dumps(task_map))
    with pytest.raises(NotImported) as error:
        from_map(task_map, str(tmp_path / "w.alw"), "m.json", beside, "m.json")
    assert {d.rule.code for d in error.value.diagnostics} == {"ALW418"}
