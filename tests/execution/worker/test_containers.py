"""Containers, with programs that stand in for apptainer and docker and write what they are told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from alw.execution.pool import MARK as MARK_OF_RUNS
from alw.execution.worker import (
    Container,
    Launch,
    Program,
    WorkerError,
    WorkerJob,
    Wrapper,
    find_container_program,
    prepare,
    stage_out,
)
from alw.execution.worker.containers import MARK
from tests.execution.worker.test_jobs import parameters

#: It runs what follows the image, on this machine.
_STAND_IN = f"""#!{sys.executable}
import json, os, subprocess, sys
args = sys.argv[1:]
with open(os.environ["ALW_TOLD"], "a") as file:
    file.write(json.dumps(args) + "\\n")
if args[0] in ("--version", "info"):
    print(os.environ.get("ALW_INFO", ""))
    sys.exit(int(os.environ.get("ALW_BROKEN", "0")))
if args[0] == "exec":
    directory, rest = args[args.index("--pwd") + 1], args[args.index("--pwd") + 3 :]
else:
    at = args.index("--entrypoint")
    directory, rest = args[args.index("--workdir") + 1], [args[at + 1], *args[at + 3 :]]
env = {{"PATH": "/usr/bin:/bin"}}
sys.exit(subprocess.call(rest, cwd=directory, env=env))
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("ALW_TOLD", str(tmp_path / "told"))
    return folder


def install(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text(_STAND_IN)
        (folder / name).chmod(0o755)


def told(programs: Path) -> list[list[str]]:
    return [json.loads(line) for line in (programs.parent / "told").read_text().splitlines()]


def test_which_program(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_container_program() is None
    for name in ("docker", "singularity", "apptainer"):  # each before the one before
        install(programs, name)
        found = find_container_program()
        assert found == Program(name, str(programs / name))
    monkeypatch.setenv("ALW_BROKEN", "1")
    assert find_container_program() is None
    assert [args[0] for args in told(programs)[-3:]] == ["--version", "--version", "info"]


def test_docker_without_root(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(programs, "docker")
    monkeypatch.setenv("ALW_INFO", '{"SecurityOptions": ["name=seccomp", "name=rootless"]}')
    found = find_container_program()
    assert found and found.is_rootless


def launched(
    programs: Path, name: str, wrapper: Wrapper, image: str = "docker://python:3.11"
) -> Launch:
    install(programs, name)
    data = programs.parent / "data/user.x.in"
    data.mkdir(parents=True)
    real = programs.parent / "elsewhere/real.root"
    real.parent.mkdir()
    real.write_text("real\n")
    (data / "a.root").symlink_to(real)
    command = (
        'cat %IN > o; echo it\\\'s "$TestArea" `pwd` >> o; ulimit -v >> o; ./x >> o; '
        'echo "$ALW_OWN" >> o'
    )
    sandbox = programs.parent / "sandbox"
    sandbox.mkdir()
    (sandbox / "x").write_text("#!/bin/sh\necho ran\n")
    (sandbox / "x").chmod(0o755)
    more = "-o \"{'o': 'n.o'}\" -i \"['a.root']\""
    return prepare(
        WorkerJob(
            parameters(command, more), programs.parent / "job", wrapper, sandbox,
            {"a.root": data / "a.root"}, Container(image, Program(name, str(programs / name))),
            memory_mb=10_000,
        )
    )  # fmt: skip


@pytest.mark.parametrize("name", ["apptainer", "singularity", "docker"])
@pytest.mark.parametrize("wrapper", [Wrapper.RUN_GEN, Wrapper.RUN_GEN_IN_CONTAINER])
def test_a_job_in_a_container(
    name: str, wrapper: Wrapper, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALW_OWN", "not in there")
    launch = launched(programs, name, wrapper)
    code = subprocess.call(launch.argv, cwd=launch.directory, env={**launch.environment})
    assert launch.exit_status(code) == 0
    here = programs.parent
    [stored] = stage_out(launch, {"n.o": here / "data/user.x.o"}).files["n.o"]
    work = here / "job/workDir"
    assert stored.read_text() == f"real\nit's {work} {work}\n10240000\nran\n\n"
    [args] = told(programs)
    line = " ".join(args)
    for folder in ("job", "data/user.x.in", "elsewhere"):
        path = here / folder
        is_read = folder != "job"
        if name == "docker":
            mount = f"type=bind,source={path},target={path}{',readonly' if is_read else ''}"
            assert args[args.index(mount) - 1] == "--mount"
        else:
            assert args[args.index(f"{path}:{path}{':ro' if is_read else ''}") - 1] == "--bind"
    assert line.count("--mount" if name == "docker" else "--bind") == 3
    if name == "docker":
        label = args[args.index("--name") + 1]
        assert launch.stop == (str(programs / "docker"), "rm", "--force", label)
        assert args[args.index("--user") + 1] == f"{os.getuid()}:{os.getgid()}"
        assert "--rm" in args and "python:3.11" in args and MARK in args
    else:
        assert launch.stop == () and "--containall" in args and "docker://python:3.11" in args


def test_runs_know_their_containers() -> None:
    assert MARK == MARK_OF_RUNS


@pytest.mark.parametrize(
    ("name", "image", "words"),
    [
        ("docker", "/cvmfs/x.sif", "docker cannot run"),
        ("docker", "oras://x/y", "docker cannot run"),
        ("docker", "--privileged", "no name of an image"), ("docker", "", "no name of an image"),
        ("apptainer", "-x", "no name of an image"), ("apptainer", "a b", "no name of an image"),
        ("apptainer", "/nowhere/x.sif", "there is no image '/nowhere/x.sif'"),
    ],
)  # fmt: skip
def test_images_that_cannot_run(name: str, image: str, words: str, programs: Path) -> None:
    with pytest.raises(WorkerError, match=words):
        launched(programs, name, Wrapper.RUN_GEN, image)


def test_an_image_of_a_registry(programs: Path) -> None:
    assert (
        "docker://python:3.11"
        in launched(programs, "apptainer", Wrapper.RUN_GEN, "python:3.11").argv
    )


def test_a_file_at_the_top_hides_no_folder() -> None:
    """``/tmp`` as a whole would be bound over the image's."""
    from alw.execution.worker.containers import _list_mounts

    found = _list_mounts([Path("/nowhere/a.root"), Path("/data/run/b.root")])
    assert found == [Path("/nowhere/a.root"), Path("/data/run")]


def test_odd_folders(programs: Path, tmp_path: Path) -> None:
    odd = tmp_path / 'a,b "c"'
    container = Container("x", Program("docker", "/docker"))
    launch = prepare(WorkerJob(parameters("true"), odd, container=container))
    assert f'type=bind,"source={odd}","target={odd}"'.replace('"c"', '""c""') in launch.argv
    other = Container("x", Program("apptainer", "/apptainer"))
    with pytest.raises(WorkerError, match="cannot bind"):
        prepare(WorkerJob(parameters("true"), tmp_path / "a:b", container=other))
