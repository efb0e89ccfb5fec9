"""The number of attempts of a job, and the state of a task when its jobs have ended.

From panda-server-source 1.0.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..history import State


def attempts(task_map: Mapping[str, Any]) -> int:
    """Return how often a job is started at most before it has failed for good.

    An ATLAS user's task has ``maxAttempt`` 10 and ``maxFailure`` 3 if it says nothing
    (AtlasAnalTaskRefiner.py:121-125), any other ``maxAttempt`` 3 (ContentsFeeder.py:446-456).  A
    job that fails uses up one of both (job_complex_module.py:3730, 3826-3835).
    """
    if _is_set(task_map, "disableAutoRetry"):
        return 1
    most = task_map.get("maxAttempt") if task_map.get("maxAttempt") else None
    failures = task_map.get("maxFailure")
    if task_map.get("vo") == "atlas":
        # A 0 is dropped after the default was put in, hence the feeder's own (RB:88-89).
        most = most or (3 if "maxAttempt" in task_map else 10)
        failures = 3 if failures is None else failures
    most = most or 3
    return max(1, int(most if failures is None else min(most, failures)))


def scouts_suffice(task_map: Mapping[str, Any], done: int, failed: int) -> bool:
    """Return whether a task goes on after its scouts.

    One of them must have finished, and of an ATLAS user's task half of them, or the share that
    the map names in tenths (task_utils_module.py:506-534, AtlasAnalTaskRefiner.py:99-100).
    Otherwise PanDA breaks the task, and iDDS calls it failed (task_complex_module.py:3903-3918,
    idds/atlas/workflowv2/atlaspandawork.py:582-595).

    :param done: how many of the scouts have finished.
    :param failed: how many have failed for good.
    """
    rate = task_map.get("scoutSuccessRate", 5 if task_map.get("vo") == "atlas" else 0)
    return done > 0 and done / (done + failed) >= int(rate) / 10


def task_state(done: int, failed: int, total: int) -> State:
    """Return the state of a task from its jobs.

    PanDA counts the files of the first dataset, all of which a job finishes or none: every one
    finished is *done*, none *failed*, else *finished* (PostProcessorBase.py:210-243).  iDDS calls
    these Finished, Failed and SubFinished (atlaspandawork.py:584-595).  A ``goal`` matters only
    with ``failWhenGoalUnreached``, which is refused here.
    """
    if done + failed < total:
        return State.RUNNING
    if done == total:
        return State.FINISHED
    return State.PARTLY if done else State.FAILED


def _is_set(task_map: Mapping[str, Any], key: str) -> bool:
    return bool(task_map.get(key))
