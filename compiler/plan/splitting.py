"""How many jobs PanDA makes of a task, and how many files they leave.

A learner is exactly one job that sees every file.  What achieves that was measured with
JEDI's own splitter (``tests/engine/test_jedi_harness.py``): ``--nFilesPerJob N
--maxNFilesPerJob N --notExpandInDS``, N being at least the number of files.  Without the
second, prun lowers the first to 200; without the third, every site's share of the
upstream task's output would make a learner of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: The number of files in whose names the command line of a job still fits: a worker node
#: passes a command as one argument of 128 KiB, about 40 characters a name.
MOST_FILES = 3000


def number_of_jobs(task_map: Mapping[str, Any], files: int | None) -> int | None:
    """How many jobs a task has; ``None`` if only the grid knows.

    :param files: the number of files in its input dataset, if it has one and if known.
    """
    if task_map.get("noInput"):
        events: int | None = task_map.get("nEvents")
        each: int | None = task_map.get("nEventsPerJob")
        return -(-events // each) if events and each else None
    most: int | None = task_map.get("nFiles")  # prun reads no more than these
    given = [number for number in (files, most) if number is not None]
    size: int | None = task_map.get("nFilesPerJob")
    if not given or not size or "nEventsPerJob" in task_map:
        return None
    return -(-min(given) // size)


def files_per_output(task_map: Mapping[str, Any], jobs: int | None) -> list[int | None]:
    """For each output of a task, how many files its dataset will have.

    A job writes one file for an output, unless the output is a pattern (``regex|…``).
    """
    merges = task_map.get("mergeOutput", False)
    return [
        None if merges or item["value"].startswith("regex|") else jobs
        for item in task_map["jobParameters"]
        if item.get("param_type") == "output"
    ]
