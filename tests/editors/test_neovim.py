"""Neovim opens a file with what the repository ships for it, and the server answers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import alw
from tests.conftest import ROOT

NVIM = shutil.which("nvim")
SOURCE = """\
workflow altest {
  dataset = "user.me.altest"
  loop scan {
    param m1: float = 0.5
    task simulate {
      exec = "python simulate.py {m1} 'é😀' output.json"
      outputs    =   ["output.json"]
      n_job = 10
    }
    learn merge {
      exec = "python merge.py next.json {m1} {simulate.outputs[0]}"
      result "next.json" { m1: float, good: bool }
    }
    repeat while not merge.good at most 20 times
  }
}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("neovim")


@pytest.fixture(scope="module")
def seen(folder: Path) -> dict[str, Any]:
    if NVIM is None:
        pytest.skip("Neovim is not installed (Debian: neovim)")
    file = folder / "altest.alw"
    file.write_text(SOURCE, encoding="utf-8")
    programs = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "ALW_FILE": str(file),
        "ALW_SEEN": str(folder / "seen.json"),
        **{f"XDG_{name}_HOME": str(folder / name) for name in ("CONFIG", "DATA", "STATE", "CACHE")},
    }
    runtime = ROOT / "editors" / "nvim"
    found = subprocess.run(
        [
            NVIM, "--headless", "--clean", "--cmd", f"set runtimepath^={runtime}",
            "--cmd", "filetype plugin on", "-S", str(Path(__file__).with_name("neovim.lua")),
        ],
        env=environment, cwd=folder, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    written = folder / "seen.json"
    assert written.exists(), found.stderr
    answer: dict[str, Any] = json.loads(written.read_text(encoding="utf-8"))
    assert "failed" not in answer, (answer, found.stderr)
    return answer


def test_it_knows_the_file(seen: dict[str, Any]) -> None:
    assert seen["filetype"] == "alw"


def test_it_shows_what_check_says(seen: dict[str, Any]) -> None:
    expected = alw.compile_text(SOURCE).diagnostics
    found = [(d["code"], d["line"]) for d in seen["diagnostics"]]
    assert found == [(d.code, d.start.line) for d in expected]
    for shown, d in zip(seen["diagnostics"], expected, strict=True):
        line = SOURCE.splitlines()[d.start.line - 1]
        assert shown["column"] - 1 == len(line[: d.start.column - 1].encode())


def test_a_quick_fix(seen: dict[str, Any]) -> None:
    assert seen["fixed"].rstrip("\n") == SOURCE.replace("n_job ", "n_jobs ").rstrip("\n")


def test_a_new_name(seen: dict[str, Any]) -> None:
    expected = seen["fixed"].replace("m1", "mass")
    assert seen["renamed"] == expected


def test_a_layout(seen: dict[str, Any], folder: Path) -> None:
    assert seen["formatted"] != seen["renamed"]
    before, behind = (alw.compile_text(seen[key]) for key in ("renamed", "formatted"))
    assert before.ok and behind.ok
    assert before.workflows["altest"].workflow == behind.workflows["altest"].workflow
    assert (folder / "altest.alw").read_text(encoding="utf-8").rstrip("\n") == seen["formatted"]


def test_the_way_to_a_definition(seen: dict[str, Any]) -> None:
    line = seen["formatted"].splitlines()[seen["definition"] - 1]
    assert line.split()[:2] == ["task", "simulate"]
