"""Writing is all or nothing, whatever fails and wherever."""

from __future__ import annotations

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
        ".alw.json",
        ".alw.lock",
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


def test_what_is_no_longer_compiled_is_removed(invoke: Invoke) -> None:
    invoke("compile", "good.alw")
    for name in ("tasks/mine.json", "mine/first.json", "mine/empty/"):
        place = Path("build/small", name)
        place.parent.mkdir(exist_ok=True)
        place.mkdir() if name.endswith("/") else place.write_text("mine")
    Path("less.alw").write_text("\n".join(x for x in GOOD.splitlines() if "second" not in x) + "\n")
    assert invoke("compile", "less.alw").exit_code == 0
    assert sorted(p.name for p in Path("build/small/tasks").iterdir()) == [
        "first.json",
        "mine.json",
    ]
    assert Path("build/small/mine/first.json").read_text() == "mine"
    assert Path("build/small/mine/empty").is_dir()


@pytest.mark.parametrize("manifest", ["", "[]", '{"files": 3}', '{"files": [null, "../x"]}', "\0"])
def test_a_manifest_that_says_nothing_removes_nothing(invoke: Invoke, manifest: str) -> None:
    invoke("compile", "good.alw")
    Path("build/small/mine").touch()
    Path("build/x").touch()
    Path("build/small/.alw.json").write_text(manifest)
    assert invoke("compile", NEWER).exit_code == 0
    assert Path("build/small/mine").exists()
    assert Path("build/x").exists()


def test_the_folder_may_be_a_link(invoke: Invoke, here: Path) -> None:
    Path("far").mkdir()
    Path("far/mine").touch()
    Path("build").mkdir()
    Path("build/small").symlink_to(here / "far")
    assert invoke("compile", "good.alw").exit_code == 0
    assert Path("build/small").is_symlink()
    assert sorted(p.name for p in Path("far").iterdir()) == [
        ".alw.json", "mine", "tasks", "workflow.json",
    ]  # fmt: skip
    assert not list(here.rglob(".alw-*"))


def test_permissions_stay(invoke: Invoke) -> None:
    invoke("compile", "good.alw")
    Path("build/small").chmod(0o2750)
    assert invoke("compile", NEWER).exit_code == 0
    assert Path("build/small").stat().st_mode & 0o7777 == 0o2750
