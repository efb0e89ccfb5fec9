"""Writing is all or nothing, whatever fails and wherever."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import GOOD, Invoke, tree

NEWER = "newer.alw"


@pytest.fixture(autouse=True)
def newer(here: Path) -> None:
    """A program that writes other contents to the files of ``good.alw``."""
    Path(NEWER).write_text(GOOD.replace("int = 3", "int = 4").replace("'me'", "'you'"))


@pytest.mark.parametrize("obstacle", ["workflow.json", "tasks/first.json", "tasks/second.json"])
def test_a_directory_in_the_place_of_a_file(invoke: Invoke, here: Path, obstacle: str) -> None:
    invoke("compile", "good.alw")
    place = Path("build/small", obstacle)
    place.unlink()
    place.mkdir()
    before = tree(here)
    result = invoke("compile", NEWER)
    assert result.exit_code == 1
    assert f"build/small/{obstacle}" in result.stderr
    assert "wrote" not in result.stderr
    assert tree(here) == before


@pytest.mark.parametrize("obstacle", ["build", "build/small", "build/small/tasks"])
def test_a_file_in_the_place_of_a_directory(invoke: Invoke, here: Path, obstacle: str) -> None:
    Path(obstacle).parent.mkdir(parents=True, exist_ok=True)
    Path(obstacle).write_text("mine")
    before = tree(here)
    result = invoke("compile", "good.alw", "--format", "concise")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{obstacle}:1:1: error[ALW508]")
    assert tree(here) == before


def test_a_file_far_up_the_path(invoke: Invoke, here: Path) -> None:
    before = tree(here)
    assert invoke("compile", "good.alw", "-o", "good.alw/a/b").exit_code == 1
    assert tree(here) == before


def failing(function: Callable[..., object], at: int) -> Callable[..., object]:
    """``function`` whose call number ``at``, from 1, finds the disk full."""
    calls = 0

    def call(*arguments: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        if calls == at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return function(*arguments, **options)

    return call


@pytest.mark.parametrize("existing", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("where", ["os.replace", "pathlib.Path.write_bytes"])
def test_a_failure_at_any_point_changes_nothing(
    invoke: Invoke,
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    at: int,
    existing: bool,
) -> None:
    if existing:
        invoke("compile", "good.alw", "-o", "a/b")
        Path("a/b/mine").touch()
    before = tree(here)
    module, name = where.rsplit(".", 1)
    owner = Path if module == "pathlib.Path" else os
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, failing(getattr(owner, name), at))
        result = invoke("compile", NEWER, "-o", "a/b")
    assert result.exit_code == 1
    assert os.strerror(errno.ENOSPC) in result.stderr
    assert tree(here) == before


@pytest.mark.parametrize("at", [1, 2, 3])
def test_file_systems_without_hard_links(
    invoke: Invoke, here: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    invoke("compile", "good.alw")
    before = tree(here)
    with monkeypatch.context() as patched:
        patched.setattr(os, "link", refuse)
        patched.setattr(os, "replace", failing(os.replace, at))
        assert invoke("compile", NEWER).exit_code == 1
    assert tree(here) == before
    with monkeypatch.context() as patched:
        patched.setattr(os, "link", refuse)
        assert invoke("compile", NEWER).exit_code == 0
    assert tree(here) != before


def test_an_interruption_changes_nothing(
    invoke: Invoke, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    invoke("compile", "good.alw")
    before = tree(here)
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", interrupt)
        result = invoke("compile", NEWER)
    assert result.exit_code == 130
    assert result.output.count("wrote") == 0
    assert tree(here) == before


def test_files_are_replaced_not_written_through(invoke: Invoke, here: Path) -> None:
    invoke("compile", "good.alw")
    place = Path("build/small/workflow.json")
    Path("elsewhere").write_text("mine")
    place.unlink()
    place.symlink_to(here / "elsewhere")
    assert invoke("compile", NEWER).exit_code == 0
    assert Path("elsewhere").read_text() == "mine"
    assert not place.is_symlink()


def test_what_else_lies_there_stays(invoke: Invoke) -> None:
    for name in ("build/mine", "build/small/mine", "build/small/tasks/mine"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()
    invoke("compile", "good.alw")
    assert sorted(p.name for p in Path("build").rglob("*") if p.is_file()) == [
        "first.json",
        "mine",
        "mine",
        "mine",
        "second.json",
        "workflow.json",
    ]


def test_the_same_input_gives_the_same_bytes(invoke: Invoke) -> None:
    invoke("compile", "good.alw", "-o", "one")
    invoke("compile", "good.alw", "-o", "two")
    assert tree(Path("one")) == tree(Path("two"))
