"""The build job, and what the jobs after it get."""

from __future__ import annotations

import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

from alw.execution.worker import (
    BuildJob,
    WorkerError,
    WorkerJob,
    find_built_tree,
    prepare,
    prepare_build,
)
from tests.execution.worker.cases import make_archive
from tests.execution.worker.test_jobs import parameters, started


def build(
    tmp_path: Path, bexec: str | None, below: str = ".", more: str = ""
) -> tuple[BuildJob, int]:
    make_archive(tmp_path / "a.tar.gz")
    line = f"-i a.tar.gz -o lib.tgz --sourceURL https://127.0.0.1:1 -r {below} {more}"
    if bexec is not None:
        line += f' --bexec "{quote(bexec)}"'
    job = BuildJob(line, tmp_path / "build", tmp_path / "a.tar.gz")
    launch = prepare_build(job)
    code = subprocess.call(launch.argv, cwd=launch.directory, env={**launch.environment})
    return job, launch.exit_status(code)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_jobs_get_what_the_build_left(tmp_path: Path) -> None:
    job, status = build(tmp_path, './plain > /dev/null; echo "built" > made; touch .hidden "a"')
    assert status == 0
    tree = find_built_tree(job)
    assert find_built_tree(job) == tree  # after a crash in between
    assert {"made", "a", "plain", "sub"} <= names(tree) and ".hidden" not in names(tree)
    assert (tree / "plain").stat().st_mode & 0o100
    launch = prepare(
        WorkerJob(
            parameters("cat made; echo more >> made", "-l lib.tgz"), tmp_path / "1", sandbox=tree
        )
    )
    assert started(launch).communicate()[0] == b"built\n"
    assert (tree / "made").read_text() == "built\n"


def test_nothing_to_build(tmp_path: Path) -> None:
    job, status = build(tmp_path, None)
    assert status == 0
    assert {"record", "sub"} <= names(find_built_tree(job))


@pytest.mark.parametrize(("bexec", "status"), [("exit 3", 3), ("exit 255", 0), ("kill -9 $$", 246)])
def test_how_a_build_ends(bexec: str, status: int, tmp_path: Path) -> None:
    assert build(tmp_path, bexec)[1] == status


def test_where_it_runs(tmp_path: Path) -> None:
    job, status = build(tmp_path, 'pwd > there; test -z "$TestArea"', "sub")
    assert status == 0
    assert (find_built_tree(job) / "sub/there").read_text() == f"{tmp_path}/build/workDir/sub\n"


@pytest.mark.parametrize(
    ("bexec", "more", "words"),
    [(" ", "", "no command"), ("a", "--nonsense", "nonsense"), ("a", "-r ../..", "outside")],
)
def test_what_cannot_be_built(bexec: str, more: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match=words):
        build(tmp_path, bexec, more=more)


def test_releases_are_not_set_up(tmp_path: Path) -> None:
    job = BuildJob("-i a -o b -r . --rootVer 6.28 --useCMake", tmp_path / "build", None)
    assert [note for note in prepare_build(job).notes if "ROOT" in note]
