"""A disk that is full stops a run; when there is room, it goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.execution.programs import loop

pytestmark = pytest.mark.slow


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.name != "posix" or resize(place, "", "size=100k"):
        pytest.skip("cannot mount a file system")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def resize(place: Path, *options: str) -> int:
    words = ["mount", "-t", "tmpfs", "-o", ",".join(filter(None, options)), "tmpfs", str(place)]
    try:
        return subprocess.run(words, capture_output=True).returncode
    except FileNotFoundError:
        return 1


def test_the_run_goes_on_when_there_is_room(disk: Path, tmp_path: Path) -> None:
    source = loop(tmp_path, 10, 4)
    command = [
        *(sys.executable, "-m", "alw", "run", source.name, "--resume", "--format", "jsonl"),
        *("-j", "2", "-o", str(disk / "run")),
    ]
    for size in (100, 200, 300, 400, 20_000):
        resize(disk, "remount", f"size={size}k")
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert "Traceback" not in done.stderr and "alw itself" not in done.stderr
        if done.returncode == 0:
            break
        assert "full" in done.stderr or "No space left" in done.stderr
        assert "--resume" in done.stderr
    assert done.returncode == 0 and size == 20_000
    events = [json.loads(line) for line in done.stdout.splitlines()]
    results = [event["result"]["fit.m"] for event in events if event["event"] == "iteration ended"]
    assert results == [2.0, 3.0, 4.0, 5.0]
