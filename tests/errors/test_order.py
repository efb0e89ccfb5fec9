"""A check depends on no other: the order in which they are applied changes nothing."""

from __future__ import annotations

import random

import pytest

from alw import check as checker
from alw.driver.pipeline import analyse
from alw.text.source import Source

from .expectation import FOLDER

SOURCES = sorted(FOLDER.glob("ALW3*.alw")) + sorted(FOLDER.glob("ALW[256]*.alw"))
EMPTY = 'workflow w {\n  dataset = "user.me.x"\n  unknown = 1\n}\n'


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_checks_changes_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(seed)
    sources = [Source("empty.alw", EMPTY)]
    for path in dice.sample(SOURCES, 30):
        sources.append(Source(path.name, path.read_text(encoding="utf-8")))
    for source in sources:
        found = [analyse(source).diagnostics]
        for checks in (checker.CHECKS, checker.ADVICE):
            monkeypatch.setattr(
                checker,
                "CHECKS" if checks is checker.CHECKS else "ADVICE",
                dice.sample(checks, len(checks)),
            )
        found.append(analyse(source).diagnostics)
        first, second = ([d.to_json() for d in found[n]] for n in (0, 1))
        assert sorted(map(str, first)) == sorted(map(str, second)), source.name
