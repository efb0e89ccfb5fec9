"""A fault of alw itself is told as such, and never passes for success."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import alw
from alw.cli.app import alw as command
from alw.diagnostics.diagnostic import Collector
from alw.plan import planner as planning
from alw.text.source import Source, Span

TEXT = 'workflow w { dataset = "user.me.w" task t { exec = "run" } }\n'


@pytest.fixture
def lossy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planner that loses every task, without a word."""

    def lose(planner: planning._Planner) -> object:
        return planner.context.failed_before(planner.workflow.head, "workflow 'w'")

    monkeypatch.setattr(planning._Planner, "plan", lose)


@pytest.mark.usefixtures("lossy")
def test_a_lost_workflow_is_an_internal_error() -> None:
    made = alw.compile_text(TEXT)
    assert not made.ok and not made.workflows
    assert [d.code for d in made.diagnostics] == ["ALW901"]
    assert "report" in made.diagnostics[0].help


@pytest.mark.usefixtures("lossy")
@pytest.mark.parametrize("verb", ["compile", "check"])
def test_its_exit_status_is_3(verb: str, tmp_path: Path) -> None:
    file = tmp_path / "w.alw"
    file.write_text(TEXT)
    options = ["-o", str(tmp_path / "build")] if verb == "compile" else []
    done = CliRunner().invoke(command, [verb, str(file), "--format", "json", *options])
    assert done.exit_code == 3
    report = json.loads(done.stdout or done.stderr)
    assert [d["code"] for d in report["diagnostics"]] == ["ALW901"]
    assert not (tmp_path / "build").exists()


def test_an_earlier_error_explains_a_failure() -> None:
    collector, source = Collector(), Source("a.alw", TEXT)
    first = collector.failed_before(source, Span(0, 1), "x").error
    assert first.code == "ALW901"
    assert collector.failed_before(source, Span(3, 4), "y").error is first
    assert len(collector) == 1


def test_an_unforeseen_exception_is_told_without_a_traceback(tmp_path: Path) -> None:
    file = tmp_path / "w.alw"
    file.write_text(TEXT)
    script = (
        "import sys, alw.cli, alw.driver.pipeline\n"
        "def fail(*a, **k): raise ZeroDivisionError('what\\x1b[31m')\n"
        "alw.driver.pipeline.parse = fail\n"
        "sys.argv = ['alw', 'check', sys.argv[1]]\n"
        "alw.cli.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "Traceback" not in done.stderr and "\x1b" not in done.stderr
    assert "ZeroDivisionError" in done.stderr and "report it" in done.stderr
