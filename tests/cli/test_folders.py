"""A folder stands for the sources in it, for every command that takes several."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import BAD, GOOD, Invoke


@pytest.fixture
def project(here: Path) -> Path:
    for name in ("good.alw", "bad.alw"):
        (here / name).unlink()
    files = {
        "one.alw": GOOD.replace("small", "one"),
        "deep/er/two.alw": GOOD.replace("small", "two"),
        "deep/notes.txt": BAD,
        ".hidden/three.alw": BAD,
        "env/pyvenv.cfg": "home = /usr/bin",
        "env/lib/four.alw": BAD,
    }
    for name, text in files.items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(text)
    return here


def test_check(invoke: Invoke, project: Path) -> None:
    result = invoke("check", ".")
    assert result.exit_code == 0
    assert "2 files" in result.stdout
    (project / "deep" / "bad.alw").write_text(BAD)
    result = invoke("check", "--format", "json", ".")
    assert result.exit_code == 1
    assert [d["file"] for d in json.loads(result.stdout)["diagnostics"]] == ["deep/bad.alw"]


def test_compile(invoke: Invoke, project: Path) -> None:
    result = invoke("compile", ".")
    assert result.exit_code == 0
    assert sorted(p.name for p in Path("build").iterdir() if p.is_dir()) == ["one", "two"]


def test_fix(invoke: Invoke, project: Path) -> None:
    place = project / "deep" / "quotes.alw"
    text = GOOD.replace("small", "quotes")
    place.write_text(text.replace('"a.txt"', "'a.txt'"))
    assert invoke("check", "--fix", "deep").exit_code == 0
    assert place.read_text() == text


@pytest.mark.parametrize("command", ["check", "compile", "fmt"])
def test_a_file_is_taken_once_whatever_it_is_called(
    invoke: Invoke, project: Path, command: str
) -> None:
    (project / "link.alw").symlink_to("one.alw")
    result = invoke(command, "one.alw", "./one.alw", "deep/../one.alw", ".", "deep", "link.alw")
    assert result.exit_code == 0, result.output
    if command == "check":
        assert "2 files" in result.stdout


@pytest.mark.parametrize("command", ["check", "compile"])
def test_a_folder_without_sources_is_wrong_usage(
    invoke: Invoke, project: Path, command: str
) -> None:
    Path("empty").mkdir()
    result = invoke(command, "one.alw", "empty")
    assert result.exit_code == 2
    assert "no .alw files in 'empty'" in result.stderr
    assert not Path("build").exists()
