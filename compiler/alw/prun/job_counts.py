"""The number of jobs that PanDA makes of a task, and of the files that they leave.

A learner is exactly one job that sees every file.  What achieves that was measured with
JEDI's own splitter (``tests/engine/test_one_job.py``): ``--nFilesPerJob N --maxNFilesPerJob N
--notExpandInDS``, N being at least the number of files.  Without the second, prun lowers the first
to 200; without the third, every site's share of the upstream task's output would make a learner of
its own.  N may be as large as one likes, so nobody has to count: :data:`ANY_NUMBER`.

What is counted here are upper bounds.  JEDI cuts each dataset by itself, and the output of a task
is as many datasets as there were sites: after a task with input, the number of files is only
known from above.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

#: What a learner asks for in one job: JEDI reads no more files at once (``[jobgen] nFiles``
#: of its configuration, pandaserver/taskbuffer/db_proxy_mods/task_complex_module.py:2787-2800).
ANY_NUMBER = 5000
#: More sites than ATLAS has queues for analysis.
MOST_SITES = 300


def most_jobs(task_map: Mapping[str, Any], files: Sequence[int | None]) -> int | None:
    """Return how many jobs a task has at most; ``None`` if only the grid knows.

    :param files: how many files there are at most in each of the tasks' outputs that it reads;
        ``None`` for a dataset of which nobody knows.
    """
    if task_map.get("noInput"):
        events: int | None = task_map.get("nEvents")
        each: int | None = task_map.get("nEventsPerJob")
        return -(-events // each) if events and each else None
    if "nEventsPerJob" in task_map:
        return None  # a file may be cut into any number of jobs
    there = add_counts(files) if files else None
    most: int | None = task_map.get("nFiles")  # PanDA reads no more than these
    given = [number for number in (there, most) if number is not None]
    if not given:
        return None
    size: int = task_map.get("nFilesPerJob") or 1
    read = min(given)
    datasets = read if there is None else min(read, len(files) * MOST_SITES)
    # each dataset leaves one job that is not full
    return min(read, read // size + datasets)


def add_counts(counts: Sequence[int | None]) -> int | None:
    """Return the sum of ``counts``; ``None`` if one of them is not known."""
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def files_per_output(task_map: Mapping[str, Any], jobs: int | None) -> list[int | None]:
    """Return for each output of a task how many files its dataset will have at most.

    A job writes one file for an output, unless the output is a pattern (``regex|…``).
    """
    return [
        None if item["value"].startswith("regex|") else jobs
        for item in task_map["jobParameters"]
        if item.get("param_type") == "output"
    ]
