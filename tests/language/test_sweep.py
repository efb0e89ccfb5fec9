"""Every option with every kind of value: errors, or a workflow with all its tasks.

``ALW_SWEEP=all`` tries all combinations, which takes some minutes; otherwise each run tries the
same sample.
"""

import json
import os
from collections.abc import Iterator

import pytest

import alw
from alw.driver.result import Compilation
from tests.language import sweep
from tests.language.sweep import PLACES, Combination, combinations, trouble, unfilled

#: A prime, so that all options and values come up.
_STEP = 131
#: What compiled to nothing once, or to a map that PanDA would not take.
_ONCE_WRONG = [
    ("in_ds", '["user.me.d1", "user.me.d2"]'),
    ("in_ds", '"{first.outputs[0]}"'),
    ("in_ds", "[first.outputs[0], second.outputs[0]]"),
    ("in_ds", "[]"),
    ("in_ds", '""'),
    ("inDS", "\"a;b $(c) `d` 'e'\""),
    ("in_ds", '"user.me.{TEXT}"'),
    ("out_ds", '"user.me.{TEXT}"'),
    ("outDS", "[]"),
    ("dataset", "PARAM"),
    ("vo", '"two words"'),
    ("prod_source_label", '"%IN %RNDM:1"'),
    ("n_jobs", "0"),
    ("max_n_files_per_job", "0"),
    ("secondary_dss", '"IN2:0:user.me.second"'),
    ("map", '"a"'),
    ("sandbox", "first.sandbox"),
]


def chosen(place: str) -> Iterator[Combination]:
    mine = [combination for combination in combinations() if combination.place == place]
    if os.environ.get("ALW_SWEEP") == "all":
        yield from mine
        return
    yield from mine[PLACES.index(place) :: _STEP]
    for name, value in _ONCE_WRONG:
        if name != "map" or place != "learner":
            yield Combination(name, value, place)


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_errors_or_all_tasks(place: str) -> None:
    wrong = [f"{c}: {found}" for c in chosen(place) if (found := trouble(c))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("place", PLACES)
def test_the_programs_around_the_options_are_right(place: str) -> None:
    """Otherwise nothing but errors would be tried."""
    for value in ("200", "4_000"):
        compiled = alw.compile_text(Combination("memory", value, place).source())
        assert compiled.ok, compiled.diagnostics
    compiled = alw.compile_text(Combination("bexec", '"make {TEXT}"', place).source())
    assert not compiled.ok
    if place != "without a loop":
        compiled = alw.compile_text(Combination("framework", '"x-{TEXT}"', place).source())
        assert compiled.ok, compiled.diagnostics


def test_a_lost_workflow_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    combination = Combination("memory", "200", "in the loop")
    assert trouble(combination) is None
    right = alw.compile_text(combination.source())
    monkeypatch.setattr(sweep, "compile_text", lambda source: Compilation(()))
    assert trouble(combination) == "no errors and no workflow"
    whole = dict(right.workflows["w"].tasks)
    assert unfilled(whole["first"], "", "") is None
    broken = json.loads(
        json.dumps(whole["target"]).replace('"vo": "atlas"', '"vo": ["___idds___"]')
    )
    assert "iDDS leaves" in str(unfilled(broken, "", ""))
