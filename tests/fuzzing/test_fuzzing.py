"""A sample of the mutants; ``ALW_FUZZ=N`` tries N of each kind, others each time.

``python -m tests.fuzzing KIND NUMBER FIRST`` goes on after a failure, and lists them.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .trying import KINDS

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("ALW_FUZZ", "0"))


@pytest.mark.parametrize("kind", KINDS)
def test_mutants(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first = random.randrange(10**9) if EXAMPLES else 0
    for seed in range(first, first + (EXAMPLES or 12)):
        try:
            KINDS[kind](random.Random(f"{kind} {seed}"))
        except BaseException as error:
            if sys.version_info >= (3, 11):
                error.add_note(f"python -m tests.fuzzing {kind} 1 {seed}")
            raise


def _refuses(text: str, check: Callable[[str], object]) -> bool:
    try:
        check(text)
    except (AssertionError, TimeoutError):
        return True
    return False


def test_the_properties_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each notices a compiler that breaks it."""
    from . import properties

    good = 'workflow w { dataset = "user.me.w" task t { exec = "true" } }'
    assert not _refuses(good, properties.check_format)
    monkeypatch.setattr(properties, "format_source", lambda source: source.text + " ")
    assert _refuses(good, properties.check_format)
    monkeypatch.setattr(properties, "LIMIT", 0.2)

    def endless(text: str) -> None:
        with properties.ending(0.2):
            while True:
                pass

    assert _refuses(good, endless)
