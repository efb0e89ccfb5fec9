"""What compiles with an option steps through the engine, whatever the option and its value.

``ALW_SWEEP=all`` tries all combinations of :mod:`tests.language.sweep`.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

import alw
from tests.language.sweep import PLACES, Combination, combinations
from tests.oracles.clerk import Order, Submission, run

#: A prime, so that all options and values come up.
_STEP = 397
RUNS = 2
MARK = "___idds___num_run___"


def answer(submission: Submission) -> dict[str, object]:
    more = submission.run < RUNS
    return {"m1": 1.5 * submission.run, "tag": "ab", "count": 3, "to_continue": more}


def difference(combination: Combination) -> tuple[bool, str]:
    """Whether the combination compiles, and in what its run differs from what it says."""
    compiled = alw.compile_text(combination.source())
    if not compiled.ok:
        return False, ""
    workflow = compiled.workflows["w"]
    expected: Counter[str] = Counter()
    for task_map in workflow.tasks.values():
        name: str = task_map["taskName"]
        runs = range(1, RUNS + 1) if MARK in name else (1,)
        expected.update(name.replace(MARK, str(number)) for number in runs)
    for order in (Order(seed=1, burst=1), Order(seed=2, burst=30, idle=0.0, slow=0.0)):
        trace = run(workflow.workflow, answer, order=order)
        found = Counter(submission.name for submission in trace.submissions)
        if not trace.finished or found != expected:
            return True, f"{combination}: {trace.status}, {found} instead of {expected}"
        left = [s.name for s in trace.submissions if "___idds___" in repr(s.task_map)]
        if left:
            return True, f"{combination}: a placeholder is left in {left}"
    return True, ""


@pytest.mark.parametrize("place", PLACES)
def test_what_compiles_steps(place: str) -> None:
    mine = [combination for combination in combinations() if combination.place == place]
    step = 1 if os.environ.get("ALW_SWEEP") == "all" else _STEP
    results = [difference(combination) for combination in mine[PLACES.index(place) :: step]]
    wrong = [text for _, text in results if text]
    assert not wrong, "\n".join(wrong)
    assert sum(compiles for compiles, _ in results) > 0.1 * len(results)
