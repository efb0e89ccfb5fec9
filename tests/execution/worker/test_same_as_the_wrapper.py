"""The real wrapper and ours, given the same commands: same words, same files, same end.

``wrapper.json`` holds what came of the real one, ``runGen`` of PanDAWMS/panda-wnscript at 96788a6.
It is made anew, where there is a checkout, by::

    ALW_RUNGEN=…/panda-wnscript python -m tests.execution.worker.test_same_as_the_wrapper

With a checkout a part of the cases is compared with the file; ``ALW_SWEEP=all`` compares all.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.execution.worker.cases import CASES, Case
from tests.execution.worker.outcomes import Outcome, setting, with_ours, with_real_wrapper

pytestmark = pytest.mark.engine

RECORDED = Path(__file__).with_name("wrapper.json")
_WORKERS = 2
#: Each takes a third of a second.
_CHOSEN = CASES if os.environ.get("ALW_SWEEP") == "all" else CASES[::7]


def _checkout() -> Path | None:
    """The checkout that ``ALW_RUNGEN`` names, or one in the cache of oracles."""
    named = os.environ.get("ALW_RUNGEN")
    if named:
        return Path(named).resolve()
    cache = os.environ.get("ALW_ORACLE_CACHE")
    found = Path(cache, "panda-wnscript-96788a6") if cache else None
    return found if found and (found / "src/rungen/runGen.py").is_file() else None


def _recorded() -> dict[str, dict[str, object]]:
    found = json.loads(RECORDED.read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def _ran_by_the_wrapper(cases: Sequence[Case], checkout: Path, folder: Path) -> dict[str, Outcome]:
    def run(case: Case) -> Outcome:
        own = folder / str(CASES.index(case))
        own.mkdir()
        return with_real_wrapper(case, own, checkout)

    with ThreadPoolExecutor(_WORKERS) as pool:
        return {c.name: made for c, made in zip(cases, pool.map(run, cases), strict=True)}


def test_each_case_has_a_name_and_is_recorded() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 50
    assert set(_recorded()) == {case.name for case in CASES}


def test_the_cases_are_varied() -> None:
    made = _recorded().values()
    assert {one["is_good"] for one in made} == {True, False}
    assert len({one["status"] for one in made}) > 10
    assert sum(bool(one["outputs"]) for one in made) > 10


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_ours_does_what_the_wrapper_did(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = setting(tmp_path, case)
    for name in os.environ:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert with_ours(case, tmp_path).json() == _recorded()[case.name], case.parameters


@pytest.mark.skipif(_checkout() is None, reason="no checkout of panda-wnscript")
def test_the_wrapper_does_what_is_recorded(tmp_path: Path) -> None:
    checkout = _checkout()
    assert checkout is not None
    recorded = _recorded()
    for name, one in _ran_by_the_wrapper(_CHOSEN, checkout, tmp_path).items():
        assert one.json() == recorded[name], name


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        checkout = _checkout()
        assert checkout is not None, "set ALW_RUNGEN"
        made = _ran_by_the_wrapper(CASES, checkout, Path(folder))
    text = json.dumps({n: one.json() for n, one in made.items()}, ensure_ascii=False, indent=1)
    RECORDED.write_text(text + "\n", "utf-8")
