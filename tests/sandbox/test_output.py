"""Archives are written with the rest: all or nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

import alw
from alw.cli.app import alw as command
from tests.cli.conftest import tree
from tests.sandbox.folders import File, compiled, the_archive, write

TASKS = 'task a { exec = "x" sandbox = "files" } task b { exec = "y" sandbox = a.sandbox }'


def test_archives_are_beside_the_tasks(tmp_path: Path) -> None:
    write({"run.py": File(b"x")}, tmp_path / "files")
    result = compiled(tmp_path, TASKS)
    name, made = the_archive(result)
    paths = result.write(tmp_path / "out")
    assert paths[-1] == str(tmp_path / "out" / "w" / "sandboxes" / name)
    assert Path(paths[-1]).read_bytes() == made.read()
    assert isinstance(made, alw.Archive)
    before = tree(tmp_path / "out")
    result.write(tmp_path / "out")
    assert tree(tmp_path / "out") == before


def _change(folder: Path) -> None:
    (folder / "run.py").write_bytes(b"y")


def _lengthen(folder: Path) -> None:
    (folder / "run.py").write_bytes(b"longer")


def _remove(folder: Path) -> None:
    (folder / "run.py").unlink()


def _allow(folder: Path) -> None:
    """What does not change the content is no change."""
    os.utime(folder / "run.py", (1, 1))
    (folder / "new").touch()


@pytest.mark.parametrize("change", [_change, _lengthen, _remove])
@pytest.mark.parametrize("existing", [False, True])
def test_a_file_that_has_changed(tmp_path: Path, change: object, existing: bool) -> None:
    folder = write({"run.py": File(b"x")}, tmp_path / "files")
    result = compiled(tmp_path, TASKS)
    if existing:
        result.write(tmp_path / "out")
    before = tree(tmp_path / "out") if existing else {}
    change(folder)  # type: ignore[operator]
    with pytest.raises(OSError, match=r"changed|cannot read"):
        result.write(tmp_path / "out")
    assert (tmp_path / "out").exists() == existing
    assert not existing or tree(tmp_path / "out") == before


def test_what_is_no_change(tmp_path: Path) -> None:
    folder = write({"run.py": File(b"x")}, tmp_path / "files")
    result = compiled(tmp_path, TASKS)
    _allow(folder)
    assert len(result.write(tmp_path / "out")) == 4


def test_the_command_says_what_it_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write({"run.py": File(b"x")}, tmp_path / "files")
    compiled(tmp_path, TASKS)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(command, ["compile", "w.alw"], catch_exceptions=False)
    assert done.exit_code == 0
    assert done.stderr == (
        "wrote build/w/workflow.json and 2 files in build/w/tasks\n"
        "wrote 1 sandbox in build/w/sandboxes, to be uploaded before the tasks run\n"
    )


def test_a_source_on_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write({"run.py": File(b"x")}, tmp_path / "files")
    compiled(tmp_path, TASKS)
    monkeypatch.chdir(tmp_path)
    text = Path("w.alw").read_text()
    CliRunner().invoke(command, ["compile", "-", "-o", "a"], input=text, catch_exceptions=False)
    CliRunner().invoke(command, ["compile", "w.alw", "-o", "b"], catch_exceptions=False)
    (Path("a") / "w" / ".alw.json").unlink()  # names the source
    (Path("b") / "w" / ".alw.json").unlink()
    assert tree(Path("a")) == tree(Path("b")) != {}


def test_another_directory_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write({"run.py": File(b"x")}, tmp_path / "files")
    compiled(tmp_path, TASKS)
    monkeypatch.chdir(tmp_path)
    result = alw.compile("w.alw")
    monkeypatch.chdir("/")
    assert len(result.write(tmp_path / "out")) == 4
