"""VS Code itself, as a server and in Chromium, with the extension as it is packaged."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import pytest

from tests.conftest import ROOT

from .node import installed, packaged, run

Result = TypeVar("Result")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HERE = ROOT / "tests" / "editors" / "vscode"
STEPS = re.findall(r'^  async "(.*)"\(\)', (HERE / "suite.js").read_text("utf-8"), re.MULTILINE)
#: VS Code, which runs without its native parts: a log and a terminal, which nothing here needs.
VSCODE = "node_modules/code-server/lib/vscode"
SOURCE = """\
workflow altest {
  input user: string = "me"
  dataset = "user.{user}.altest"
  loop scan {
    param m1: float = 0.5
    param angle: float = 0.5
    task simulate {
      exec = "python simulate.py {m1} {angel} 'é😀' output.json"
      outputs    =   ["output.json"]
      n_job = 10
    }
    learn merge {
      exec = "python merge.py next.json {m1} {simulate.outputs[0]}"
      result "next.json" { m1: float, angle: float, good: bool }
    }
    repeat while not merge.good at most 20 times
  }
}
"""
ELSEWHERE = 'workflow elsewhere { dataset = "user.me.elsewhere" task t { exec = "true" } }\n'
FAULTY = 'workflow faulty { dataset = "user.me.faulty" task t { exec = "{x}" } }\n'
SECONDS = 600.0


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    """What came of the steps: nothing, or what went wrong."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: chromium)")
    folder = tmp_path_factory.mktemp("vscode")
    server = _server(installed(HERE, VSCODE) / VSCODE, folder)
    extension = packaged(folder / "extension")
    done = run([*server, "--install-extension", str(extension / "alw.vsix")], folder)
    assert done.returncode == 0, done.stdout + done.stderr
    environment = _filled(folder)
    log, result = folder / "log", Path(environment["ALW_SEEN"])
    with _running([*server, "--port", "0"], log, environment):
        port = _waited(log, lambda: re.search(r"agent listening on (\d+)", log.read_text()))[1]
        with _running(_browser(int(port), folder), folder / "browser.log", {}):
            _waited(log, lambda: result.exists() or None)
    found: dict[str, str | None] = json.loads(result.read_text("utf-8"))
    return found


def _filled(folder: Path) -> dict[str, str]:
    """Puts the user's files, settings and tests in ``folder``; what tells the tests of it."""
    (folder / "files").mkdir()
    (folder / "files" / "altest.alw").write_text(SOURCE, "utf-8")
    (folder / "files" / "elsewhere.alw").write_text(ELSEWHERE, "utf-8")
    (folder / "files" / "faulty.alw").write_text(FAULTY, "utf-8")
    shutil.copytree(HERE, folder / "suite")
    program = str(Path(sys.executable).with_name("alw"))
    settings = {
        "alw.server.path": program,
        "security.workspace.trust.enabled": False,
        "telemetry.telemetryLevel": "off",
        "workbench.startupEditor": "none",
    }
    (folder / "data" / "User").mkdir(parents=True, exist_ok=True)
    (folder / "data" / "User" / "settings.json").write_text(json.dumps(settings))
    return {
        "ALW_FOLDER": str(folder / "files"),
        "ALW_SEEN": str(folder / "seen.json"),
        "ALW_PROGRAM": program,
    }


def _server(vscode: Path, folder: Path) -> list[str]:
    options = {"server-data-dir": "data", "user-data-dir": "data", "extensions-dir": "extensions"}
    return [
        *("node", str(vscode / "out" / "server-main.js"), "--without-connection-token"),
        *(f"--{option}={folder / name}" for option, name in options.items()),
        "--host=127.0.0.1",
    ]


def _browser(port: int, folder: Path) -> list[str]:
    remote = f"vscode-remote://127.0.0.1:{port}{folder}"
    payload = [
        ["extensionDevelopmentPath", f"{remote}/suite"],
        ["extensionTestsPath", f"{remote}/suite/suite"],
    ]
    return [
        *(str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"),
        *("--no-first-run", "--disable-background-networking", "--disable-component-update"),
        *("--disable-sync", f"--user-data-dir={folder / 'browser'}", "--window-size=1300,900"),
        f"http://127.0.0.1:{port}/?folder={folder / 'files'}&payload={quote(json.dumps(payload))}",
    ]


@contextmanager
def _running(command: list[str], log: Path, environment: dict[str, str]) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _waited(log: Path, answer: Callable[[], Result | None]) -> Result:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if log.exists() and (found := answer()):
            return found
        time.sleep(0.1)
    pytest.fail(f"VS Code does not get there: {log.read_text('utf-8')[-5000:]}")


@pytest.mark.parametrize("step", STEPS)
def test_step(seen: dict[str, str | None], step: str) -> None:
    assert seen[step] is None, seen[step]
