"""Ways to run the command line: in this process, and in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from alw.cli.app import alw as group
from alw.writing.lock import NAME as LOCK

Invoke = Callable[..., Result]
Run = Callable[..., "subprocess.CompletedProcess[bytes]"]

GOOD = """\
workflow small {
  input who: string = "me"
  input count: int = 3
  dataset = "user.{who}.small"
  task first  { exec = "echo {count} a.txt"  outputs = ["a.txt"] }
  task second { exec = "echo {count} b.txt"  outputs = ["b.txt"] }
}
"""
BAD = GOOD.replace("{count} b", "{cuont} b")
SAMPLE = Path(__file__).parents[2] / "samples" / "active_learning.alw"


def environment(**changes: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    return kept | {"TERM": "xterm"} | changes


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current directory with ``good.alw`` and ``bad.alw``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    Path("good.alw").write_text(GOOD)
    Path("bad.alw").write_text(BAD)
    return tmp_path


@pytest.fixture
def invoke() -> Invoke:
    """Run a command in this process; exceptions are not caught."""

    def call(*arguments: str, input: str | bytes | None = None) -> Result:
        return CliRunner().invoke(
            group, list(arguments), input=input, catch_exceptions=False, prog_name="alw"
        )

    return call


@pytest.fixture
def run() -> Run:
    """Run a command in a process of its own."""

    def call(
        *arguments: str, input: bytes = b"", env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "alw", *arguments],
            input=input,
            capture_output=True,
            timeout=120,
            env=environment(**(env or {})),
            check=False,
        )

    return call


def tree(folder: Path) -> dict[str, bytes | None]:
    """Everything below ``folder``: contents of files, ``None`` for directories; without locks."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
        if path.name != LOCK
    }
