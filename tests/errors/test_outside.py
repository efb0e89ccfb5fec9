"""What is wrong outside the sources: files, parameter files, values, places to write to."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

import alw
from alw.diagnostics.diagnostic import Collector, Diagnostic
from alw.driver.loader import given_values

FINE = (
    'workflow w {\n  input n: int = 1\n  dataset = "user.me.x"\n  task a { exec = "run {n}" }\n}\n'
)


class Case(NamedTuple):
    """Something outside a source that is wrong, and what is said about it."""

    name: str
    code: str
    message: str
    line: int
    find: Callable[[Path], Sequence[Diagnostic]]


def _written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _source(content: bytes) -> Callable[[Path], Sequence[Diagnostic]]:
    return lambda folder: alw.compile(_written(folder, "x.alw", content)).diagnostics


def _parameters(name: str, content: bytes | str) -> Callable[[Path], Sequence[Diagnostic]]:
    def find(folder: Path) -> Sequence[Diagnostic]:
        collector = Collector()
        given_values([], str(_written(folder, name, content)), collector)
        return collector.sorted()

    return find


def _missing_parameters(folder: Path) -> Sequence[Diagnostic]:
    collector = Collector()
    given_values([], str(folder / "missing.toml"), collector)
    return collector.sorted()


def _two_files(folder: Path) -> Sequence[Diagnostic]:
    files = [_written(folder, "a.alw", FINE), _written(folder, "b.alw", "# the second\n" + FINE)]
    return alw.compile(files).diagnostics


def _large_sandbox(folder: Path) -> Sequence[Diagnostic]:
    (folder / "files").mkdir()
    _written(folder, "files/table.bin", os.urandom(11 * 2**20))
    _written(folder, "files/.alwignore", "!table.bin")
    task = 'task a { exec = "run" sandbox = "files" no_build = true }'
    text = f'workflow w {{\n  dataset = "user.me.x"\n  {task}\n}}\n'
    return alw.compile(_written(folder, "x.alw", text)).diagnostics


def _unknown_input(folder: Path) -> Sequence[Diagnostic]:
    files = [
        _written(folder, "a.alw", FINE),
        _written(folder, "b.alw", FINE.replace(" w ", " v ").replace("user.me", "user.you")),
    ]
    return alw.compile(files, inputs={"m": 3}).diagnostics


CASES = [
    Case(
        "no such file", "ALW501", "No such file", 1, lambda f: alw.compile(f / "no.alw").diagnostics
    ),
    Case("a folder", "ALW501", "directory", 1, lambda folder: alw.compile(folder).diagnostics),
    Case("a name no file can have", "ALW501", "", 1, lambda f: alw.compile("a\0b").diagnostics),
    Case("latin-1", "ALW106", "byte 0xe9", 2, _source(b"# fine\n# caf\xe9\n")),
    Case("utf-16", "ALW106", "byte 0xff", 1, _source("workflow w { }".encode("utf-16"))),
    Case("cut off", "ALW106", "byte 0xc3", 1, _source(b"# \xc3")),
    Case("no file", "ALW505", "No such file", 1, _missing_parameters),
    Case("broken JSON", "ALW505", "cannot read", 2, _parameters("p.json", '{\n "n": }')),
    Case("broken TOML", "ALW505", "cannot read", 1, _parameters("p.toml", "n = ")),
    Case("broken YAML", "ALW505", "cannot read", 2, _parameters("p.yaml", "n: 1\nm: [")),
    Case("a list", "ALW505", "must map input names", 1, _parameters("p.json", "[1]")),
    Case("a text", "ALW505", "must map input names", 1, _parameters("p.yaml", "just words")),
    Case("null", "ALW505", "must map input names", 1, _parameters("p.json", "null")),
    Case("parameters not UTF-8", "ALW106", "byte 0xff", 1, _parameters("p.toml", b"\xff")),
    Case("a second workflow", "ALW506", "a second workflow 'w'", 2, _two_files),
    Case("a large sandbox", "ALW422", "PanDA takes 10,485,760", 3, _large_sandbox),
    Case("an unknown input", "ALW503", "no workflow has an input 'm'", 1, _unknown_input),
]

#: The codes that are tested here.
COVERED = {case.code for case in CASES} | {"ALW508", "ALW901"}  # ALW901: tests/cli/test_faults.py


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_outside(case: Case, tmp_path: Path) -> None:
    (found,) = case.find(tmp_path)
    assert found.code == case.code
    assert case.message in found.message
    assert found.start.line == case.line


def test_one_bad_file_does_not_hide_the_others(tmp_path: Path) -> None:
    good = _written(tmp_path, "b.alw", FINE.replace("{n}", "{k}"))
    bad = _written(tmp_path, "a.alw", b"\xff")
    found = alw.compile([good, tmp_path / "none.alw", bad]).diagnostics
    assert sorted(d.code for d in found) == ["ALW106", "ALW203", "ALW501"]


def test_byte_order_mark(tmp_path: Path) -> None:
    path = _written(tmp_path, "x.alw", b"\xef\xbb\xbf" + FINE.encode())
    assert alw.compile(path).ok


@pytest.mark.parametrize(
    ("name", "content"),
    [("p.json", '{"n": 7}'), ("p.toml", "n = 7"), ("p.yaml", "n: 7"), ("p.yml", "n: 7")],
)
def test_parameter_files(name: str, content: str, tmp_path: Path) -> None:
    collector = Collector()
    given = given_values([], str(_written(tmp_path, name, content)), collector)
    assert not collector.has_errors
    assert given.values["n"].value == 7
    assert given_values([("n", "8")], str(tmp_path / name), collector).values["n"].value == "8"


def test_no_such_target() -> None:
    with pytest.raises(ValueError, match="no target is called 'x'"):
        alw.compile_text(FINE, target="x")


def test_nothing_to_write(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nothing to write"):
        alw.compile_text("workflow").write(tmp_path)
    assert not list(tmp_path.iterdir())


def test_cannot_write(tmp_path: Path) -> None:
    """ALW508: the one thing that only the command reports."""
    blocked = _written(tmp_path, "out", "a file where a folder is needed")
    source = _written(tmp_path, "x.alw", FINE)
    command = [sys.executable, "-m", "alw", "compile", str(source), "-o", str(blocked)]
    run = subprocess.run(
        command, capture_output=True, text=True, timeout=60, cwd=tmp_path, env=dict(os.environ)
    )
    assert run.returncode == 1
    assert "ALW508" in run.stderr + run.stdout
    assert blocked.read_text() == "a file where a folder is needed"
