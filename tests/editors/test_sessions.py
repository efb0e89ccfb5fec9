"""Editors open a file with what the repository ships for them, and the server answers."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import alw
from tests.conftest import ROOT

HERE = Path(__file__).parent
EDITORS = ROOT / "editors"
README = (EDITORS / "README.md").read_text("utf-8")
NVIM = shutil.which("nvim")
EMACS = shutil.which("emacs")
#: In the place of ``alw``: notes down what it is to run, and serves as ``alw`` does.
PROGRAM = """\
#!{python}
import json, os, sys
if sys.argv[1] in ("run", "simulate"):
    with open(os.environ["ALW_RAN"] + ".part", "w") as file:
        json.dump([*sys.argv[1:], os.getcwd()], file)
    os.rename(file.name, os.environ["ALW_RAN"])
else:
    os.execv({alw!r}, sys.argv)
"""
#: What emacs.el ends with.
NO_EGLOT = 77
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


def _neovim(folder: Path) -> list[str]:
    return _nvim(f"set runtimepath^={EDITORS / 'nvim'}")


def _neovim_configured(folder: Path) -> list[str]:
    command = _nvim(f"luafile {folder / 'init.lua'}")
    shown = subprocess.run([command[0], "--version"], capture_output=True, text=True, check=True)
    version = re.match(r"NVIM v(\d+)\.(\d+)", shown.stdout)
    if version is None or (int(version[1]), int(version[2])) < (0, 11):
        pytest.skip("Neovim is older than 0.11")
    blocks = re.findall(r"^```lua\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    (configured,) = (block for block in blocks if "vim.lsp.config" in block)
    (folder / "init.lua").write_text(configured, "utf-8")
    return command


def _neovim_plain(folder: Path) -> list[str]:
    """With a client that somebody set up by hand, which knows no command of ours."""
    lua = "vim.lsp.buf_attach_client(0, vim.lsp.start_client({ cmd = { 'alw', 'lsp' } }))"
    setup = f"let g:alw_command = v:false | set runtimepath^={EDITORS / 'nvim'}"
    return _nvim(f"{setup} | autocmd FileType alw lua {lua}")


def _nvim(before: str) -> list[str]:
    if NVIM is None:
        pytest.skip("Neovim is not installed (Debian: neovim)")
    return [
        NVIM, "--headless", "--clean", "--cmd", before, "--cmd", "filetype plugin on",
        "-S", str(HERE / "neovim.lua"),
    ]  # fmt: skip


def _emacs(folder: Path) -> list[str]:
    if EMACS is None:
        pytest.skip("Emacs is not installed (Debian: emacs-nox, elpa-eglot)")
    return [EMACS, "-q", "--batch", "-L", str(EDITORS / "emacs"), "-l", str(HERE / "emacs.el")]


@pytest.fixture(
    scope="module",
    params=[_neovim, _neovim_plain, _neovim_configured, _emacs],
    ids=["Neovim", "Neovim by hand", "Neovim's own configuration", "Emacs"],
)
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a person sees who does some things in the editor."""
    folder = tmp_path_factory.mktemp("session")
    command = request.param(folder)
    file = folder / "it's $HOME; `id`" / "al test.alw"
    file.parent.mkdir()
    file.write_text(SOURCE, encoding="utf-8")
    programs = folder / "programs"
    programs.mkdir()
    alw_itself = str(Path(sys.executable).with_name("alw"))
    (programs / "alw").write_text(PROGRAM.format(python=sys.executable, alw=alw_itself))
    (programs / "alw").chmod(0o755)
    written = folder / "seen.json"
    environment = {
        **os.environ,
        "HOME": str(folder),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "LANG": "C.UTF-8",
        "ALW_FILE": str(file),
        "ALW_SEEN": str(written),
        "ALW_RAN": str(folder / "ran.json"),
        **{f"XDG_{name}_HOME": str(folder / name) for name in ("CONFIG", "DATA", "STATE", "CACHE")},
    }
    found = subprocess.run(
        command,
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    if found.returncode == NO_EGLOT:
        pytest.skip("Emacs has no eglot (Debian: elpa-eglot)")
    assert written.exists(), found.stderr
    answer: dict[str, Any] = json.loads(written.read_text(encoding="utf-8"))
    assert "failed" not in answer, (answer, found.stderr)
    return {**answer, "file": file, "saved": file.read_text(encoding="utf-8")}


def test_it_knows_the_file(seen: dict[str, Any]) -> None:
    assert seen["filetype"] == "alw"


def test_it_shows_what_check_says(seen: dict[str, Any]) -> None:
    lines = SOURCE.splitlines()
    shown = {(d["line"], d["before"]): d["message"] for d in seen["diagnostics"]}
    expected = {
        (d.start.line, lines[d.start.line - 1][: d.start.column - 1]): d.message
        for d in alw.compile_text(SOURCE).diagnostics
    }
    assert shown.keys() == expected.keys()
    assert all(message in shown[place] for place, message in expected.items())


def test_a_quick_fix(seen: dict[str, Any]) -> None:
    assert seen["fixed"].rstrip("\n") == SOURCE.replace("n_job ", "n_jobs ").rstrip("\n")


def test_a_new_name(seen: dict[str, Any]) -> None:
    expected = seen["fixed"].replace("m1", "mass")
    assert seen["renamed"] == expected


def test_a_layout(seen: dict[str, Any]) -> None:
    assert seen["formatted"] != seen["renamed"]
    before, behind = (alw.compile_text(seen[key]) for key in ("renamed", "formatted"))
    assert before.ok and behind.ok
    assert before.workflows["altest"].workflow == behind.workflows["altest"].workflow
    assert seen["saved"].replace(" # changed\n", "\n", 1).rstrip("\n") == seen["formatted"].rstrip(
        "\n"
    )


def test_the_way_to_a_definition(seen: dict[str, Any]) -> None:
    line = seen["formatted"].splitlines()[seen["definition"] - 1]
    assert line.split()[:2] == ["task", "simulate"]


def test_a_lens_only_where_it_can_be_run(seen: dict[str, Any], request: Any) -> None:
    if "lenses" not in seen:
        pytest.skip("eglot shows no lenses")
    if not request.node.callspec.id.endswith("Neovim"):
        assert seen["lenses"] == []
    else:
        assert seen["lenses"] == ["Run", "Simulate", *["show compiled task map"] * 2]
        assert json.loads(seen["map"])["taskName"].startswith("user.me.altest")
    assert seen["heard"] == ""


def test_a_workflow_runs_as_it_stands_in_the_editor(seen: dict[str, Any]) -> None:
    if "ran" not in seen:
        pytest.skip("it has no lens for it")
    file = seen["file"]
    for title, action in (("Run", ["run", "--resume"]), ("Simulate", ["simulate"])):
        assert json.loads(seen["ran"][title]) == [*action, str(file), str(file.parent)]
    assert seen["first"].endswith(" # changed")
