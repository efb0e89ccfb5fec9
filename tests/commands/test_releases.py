"""A task that uses an Athena release, against prun where that release is set up."""

from collections.abc import Mapping
from typing import Any

import pytest

from alw.panda.maps import Request, normalise, task_map
from alw.panda.releases import is_built_with_cmt, release_of
from tests.oracles.jedi.oracle import Refined, refine
from tests.oracles.jedi.pchain import athena_task
from tests.oracles.jedi.prun import prun_maps

PLATFORM = "x86_64-el9-gcc13-opt"
RELEASES = (
    "AnalysisBase,24.2.30",
    "Athena,24.0.30",
    "AthAnalysis,24.2.41",
    "AthGeneration,23.6.20",
)
MORE = (
    (),
    (("noBuild", None),),
    (("bexec", "make -j"), ("mergeOutput", None), ("outputs", "a.root,b.root")),
    (("nJobs", "3"), ("memory", "4000")),
)
#: Differ in their spelling, or because the folder of prun's test is another one.
APART = ("cliParams", "sourceURL")


def set_up(tag: str) -> dict[str, str]:
    """What ``asetup`` sets and prun reads."""
    project, _, release = tag.partition(",")
    return {
        "CMTCONFIG": PLATFORM,
        "CMAKE_PREFIX_PATH": "/cvmfs/atlas.cern.ch",
        "AtlasProject": project,
        "AtlasVersion": release,
        f"{project}_VERSION": release,
        "AtlasReleaseType": "stable",
        "AtlasBuildStamp": "2024-03-01T2101",
        "AtlasBuildBranch": "main",
    }


def words(options: tuple[tuple[str, str | None], ...]) -> list[str]:
    return [f"--{name}" if value is None else f"--{name}={value}" for name, value in options]


def without(task: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in task.items() if key not in APART}


@pytest.mark.slow
@pytest.mark.parametrize("tag", RELEASES)
def test_packages_are_those_of_a_release_that_is_set_up(tag: str) -> None:
    """Only the tag and the platform are said here, and prun asks the environment there."""
    basis = ["--exec=run %IN", "--outDS=user.me.x", "--inDS=data.1", "--useAthenaPackages", "-y"]
    real = prun_maps([basis + words(more) for more in MORE], set_up(tag))
    for more, expected in zip(MORE, real, strict=True):
        named = (("useAthenaPackages", None), ("athenaTag", tag), ("cmtConfig", PLATFORM))
        made = task_map(Request("run %IN", "user.me.x", "data.1", (*named, *more))).map
        assert without(made) == without(normalise(expected))
        assert made["transHome"] == f"AnalysisTransforms-{tag.replace(',', '_')}"


def test_the_server_says_the_same() -> None:
    """panda-server fills a template of pchain in, and takes the release from the tag."""
    tag = "AnalysisBase,24.2.30"
    (template,) = prun_maps(
        [["--exec=dummy", "--outDS=user.me.x", "--useAthenaPackages", "-y"]],
        set_up("Athena,24.0.1"),
    )
    server = athena_task("user.me.x", "run out", f"--athenaTag {tag} --outputs o", template)
    named = (("useAthenaPackages", None), ("athenaTag", tag), ("cmtConfig", PLATFORM))
    made = task_map(Request("run out", "user.me.x", None, (*named, ("outputs", "o")))).map
    for key in ("transUses", "transHome", "buildSpec", "log", "noInput", "nEvents", "vo"):
        assert made[key] == server[key], key
    items = [item for item in server["jobParameters"] if item.get("value") != "__delimiter__"]
    assert all(item in items for item in made["jobParameters"])


def test_jedi_takes_such_a_task() -> None:
    cases = [(tag, packages) for tag in RELEASES for packages in (False, True)]
    maps = []
    for tag, packages in cases:
        more = (("useAthenaPackages", None),) if packages else ()
        named = (("athenaTag", tag), ("cmtConfig", PLATFORM), *more)
        maps.append(task_map(Request("run %IN", "user.me.x", "data.1", named)).map)
    for (_, packages), refined in zip(cases, refine(maps), strict=True):
        assert isinstance(refined, Refined), refined
        assert ("--useAthenaPackages --useCMake" in refined.job_parameters) == packages


def test_what_prun_makes_of_a_tag() -> None:
    assert release_of("AnalysisBase,24.2.30") == ("Atlas-24.2.30", "-AnalysisBase_24.2.30")
    assert release_of("Athena,main,latest") == ("Atlas-main", "-Athena_latest")
    assert not any(release_of("nonsense"))
    assert is_built_with_cmt("20.7.9.9") and is_built_with_cmt("AtlasProduction,17.2.7")
    assert not is_built_with_cmt("AthAnalysis,21.2.100")
    assert not is_built_with_cmt("Athena,main,latest")


def test_prun_is_as_before_when_nothing_is_set_up() -> None:
    """The environment of one call is not that of the next."""
    named = (("athenaTag", RELEASES[0]), ("cmtConfig", PLATFORM))
    task_map(Request("a", "user.me.x", None, (("useAthenaPackages", None), *named)))
    made = task_map(Request("a", "user.me.x", None, named)).map
    assert "--useCMake" not in str(made)
