"""Large and deep sources end: with output or with diagnostics, in bounded memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .hostile import SOURCES

pytestmark = pytest.mark.slow

#: Seconds.  Not a claim about speed: what takes this long does not end.
HANGS = 600


@pytest.mark.parametrize("name", SOURCES)
def test_ends(name: str) -> None:
    program = Path(__file__).with_name("hostile.py")
    run = subprocess.run(
        [sys.executable, str(program), name], capture_output=True, text=True, timeout=HANGS
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert run.stdout.strip() == SOURCES[name][1]
