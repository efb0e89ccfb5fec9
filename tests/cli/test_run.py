"""``alw run`` on the command line."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.execution.programs import loop

pytestmark = pytest.mark.slow


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return loop(tmp_path)


def alw(source: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "alw", "run", source.name, *options],
        cwd=source.parent,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_lines_and_a_summary(source: Path) -> None:
    done = alw(source)
    assert done.returncode == 0
    lines = done.stderr.splitlines()
    assert len(lines) <= 1 + 3 * 3  # at most three lines an iteration
    assert "iteration 2: m = 2" in lines
    assert "Converged" in done.stdout
    assert done.stdout.rstrip().endswith("report: runs/toy/report.html")
    folder = source.parent / "runs" / "toy"
    assert json.loads((folder / "history.json").read_text())["end"] == "condition"
    assert len((folder / "history.csv").read_text().splitlines()) == 4


def test_quiet(source: Path) -> None:
    done = alw(source, "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (source.parent / "learn.py").write_text("raise SystemExit('no idea')")
    done = alw(source, "-q", "--resume")
    assert done.returncode == 1
    assert "no idea" in done.stderr and "m = 1" in done.stderr and "line " in done.stderr


def test_records_for_programs(source: Path) -> None:
    done = alw(source, "--format", "jsonl")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert (events[0]["event"], events[-1]["event"]) == ("run began", "run ended")
    assert events[-1]["ok"] is True and events[-1]["end"] == "condition"
    jobs = [event for event in events if event["event"] == "job ended"]
    assert len(jobs) == 15
    assert all(Path(job["directory"]).is_dir() for job in jobs)


def test_a_trial_says_so_everywhere(source: Path) -> None:
    done = alw(source, "--fast", "--iterations", "2")
    assert done.returncode == 0
    for shown in (done.stderr, done.stdout):
        assert "2 jobs" in shown and "2 iterations" in shown
    page = (source.parent / "runs" / "toy" / "report.html").read_text()
    assert "2 jobs" in page


def test_what_runs_again_is_told_with_the_reason(source: Path) -> None:
    alw(source)
    script = source.parent / "learn.py"
    script.write_text(script.read_text() + "# better\n")
    done = alw(source, "--resume")
    lines = done.stderr.splitlines()
    assert (
        lines.count("  4 jobs had run before, ran again: 1 job of 'fit', because learn.py changed")
        == 3
    )
    assert len(lines) <= 1 + 3 * 3


def test_a_sandbox_of_everything_has_no_runs(source: Path) -> None:
    source.write_text(source.read_text().replace('["simulate.py"]', '"."'))
    assert alw(source).returncode == 0
    done = alw(source, "--resume", "--format", "jsonl")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(event["kept"] for event in events if event["event"] == "job ended")


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (("--resume", "--restart"), 2, "exclude"),
        (("--data", "nothing"), 2, "NAME=FILES"),
        (("--data", "user.x=*"), 1, "no task reads"),
        (("-j", "0"), 2, "0"),
        (("--workflow", "tou"), 2, "toy"),
        (("--time-limit", "0"), 2, "0"),
        (("-o", ""), 2, "empty"),
        (("-o", "toy.alw"), 1, "toy.alw"),
        (("--set", "x=1"), 1, "'x'"),
    ],
)
def test_wrong_usage(source: Path, options: tuple[str, ...], status: int, said: str) -> None:
    done = alw(source, *options)
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr and "Traceback" not in done.stderr
    assert not (source.parent / "runs").exists()


def test_errors_of_the_source(source: Path) -> None:
    source.write_text(source.read_text().replace("{m}", "{mm}", 1))
    done = alw(source)
    assert done.returncode == 1
    assert "ALW203" in done.stderr and "nothing runs" in done.stderr
    assert not (source.parent / "runs").exists()


def test_the_engine_is_not_installed(source: Path, tmp_path: Path) -> None:
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "idds.py").write_text("raise ImportError('not here')")
    done = alw(source, PYTHONPATH=str(tmp_path / "hidden"))
    assert done.returncode == 1
    assert "pip install 'alw[run]'" in done.stderr


def test_the_live_view(source: Path) -> None:
    """On a terminal the iterations stay in view, and a job that fails is told."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "alw", "run", source.name],
        cwd=source.parent,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
        stdin=slave,
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    shown = b""
    while select.select([master], [], [], 60)[0]:
        try:
            found = os.read(master, 65536)
        except OSError:  # the other end is closed
            break
        if not found:
            break
        shown += found
    assert process.wait() == 0
    os.close(master)
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode("utf-8", "replace"))
    assert "of 4 jobs" in text
    assert "an iteration)" in text
    assert "Converged" in text
