"""A run that is killed at any moment goes on where it was."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

import alw
from alw.execution.pool import kill_leftovers
from tests.execution.programs import NOTES, loop

pytestmark = pytest.mark.slow

JOBS, ITERATIONS = 6, 4
KILLS = int(os.environ.get("ALW_KILLS", "4"))


def command(source: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "alw", "run", source.name, "-j", "2", *options]


def start(source: Path, notes: Path, *options: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command(source, "--format", "jsonl", *options),
        cwd=source.parent,
        env={**os.environ, NOTES: str(notes)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_every_job_counts_once(how: signal.Signals, tmp_path: Path) -> None:
    dice = random.Random(how)
    killed, number = 0, 0
    while killed < KILLS:
        number += 1
        folder = tmp_path / str(number)
        folder.mkdir()
        killed += run_and_kill(folder, how, dice, KILLS - killed)


def run_and_kill(folder: Path, how: signal.Signals, dice: random.Random, most: int) -> int:
    """Run a loop to its end and kill it on the way; return how often it was killed."""
    source, notes = loop(folder, JOBS, ITERATIONS), folder / "notes"
    finished: set[tuple[str, int, int]] = set()
    killed = 0
    while True:
        process = start(source, notes, "--resume")
        if killed < most:
            try:
                process.wait(dice.uniform(0.3, 0.8))
            except subprocess.TimeoutExpired:
                process.send_signal(how)
                killed += 1
        out, err = process.communicate()
        assert b"Traceback" not in err
        events = [json.loads(line) for line in out.decode().splitlines() if line.endswith("}")]
        now: Counter[tuple[str, int, int]] = Counter()
        for event in events:
            if event["event"] == "job ended":
                job = event["task"], event["iteration"], event["serial"]
                assert event["state"] == "finished", event
                # What was shown as finished is stored, and does not run again.
                assert event["kept"] or job not in finished
                now[job] += 1
        assert all(times == 1 for times in now.values())
        finished |= set(now)
        if events and events[-1]["event"] == "run ended" and events[-1]["end"] != "interrupted":
            break
        assert process.returncode in (-how, 130), (process.returncode, err)
    assert process.returncode in (0, -how, 130)  # the signal may have come at the very end
    assert len(now) == (JOBS + 1) * ITERATIONS
    results = [event["result"] for event in events if event["event"] == "iteration ended"]
    expected = [{"fit.m": n + 1.0, "fit.files": JOBS} for n in range(1, ITERATIONS + 1)]
    assert results == expected
    # A job ran more than once only if a kill has cut it off.
    ran = Counter(notes.read_text().splitlines())
    assert len(now) <= sum(ran.values()) <= len(now) + 2 * killed
    return killed


def test_two_runs_in_one_folder(tmp_path: Path) -> None:
    source = loop(tmp_path, 40, 3)
    first = start(source, tmp_path / "notes")
    assert first.stdout is not None
    first.stdout.readline()
    second = subprocess.run(
        command(source, "--resume"), cwd=tmp_path, capture_output=True, text=True
    )
    assert second.returncode == 1
    assert "another run goes on in" in second.stderr
    first.kill()
    first.communicate()
    # The lock went with the process, whatever the jobs do that are left.
    done = subprocess.run(command(source, "--resume", "-q"), cwd=tmp_path, capture_output=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found in /proc")
def test_jobs_that_are_killed_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that somebody kills has failed; when the run is resumed, all is as if it had not."""
    source = loop(tmp_path, JOBS, ITERATIONS)
    monkeypatch.chdir(tmp_path)
    folder, dice, killed = tmp_path / "runs" / "toy", random.Random(3), 0
    while killed < KILLS:
        over = threading.Event()

        def kill_some(over: threading.Event = over) -> None:
            nonlocal killed
            while not over.wait(dice.uniform(0.05, 0.2)) and killed < KILLS:
                killed += kill_leftovers(folder)

        killer = threading.Thread(target=kill_some)
        killer.start()
        history = alw.run(source, limits=alw.Limits(at_once=2), restart=True)
        over.set()
        killer.join()
    history = alw.run(source, limits=alw.Limits(at_once=2), resume=True)
    assert history.ok
    assert history.column("fit.m") == [n + 1.0 for n in range(1, ITERATIONS + 1)]
    assert history.column("fit.files") == [JOBS] * ITERATIONS
    assert sum(t.jobs_done for i in history.iterations for t in i.tasks) == 7 * ITERATIONS
