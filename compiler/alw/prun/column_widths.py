"""The room that PanDA's database has for the values of a task.

A longer value fails when JEDI stores the task, after submission.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

#: Bytes by key of the map: the columns of JEDI_TASKS (panda-database d57eeb90,
#: schema/oracle/ATLAS_PANDA.sql:902-985; PostgreSQL's are as wide or wider), which
#: pandajedi/jedirefine/TaskRefinerBase.py:94-254 fills from the map.
WIDTHS: Mapping[str, int] = {
    "taskName": 256,
    "vo": 16,
    "prodSourceLabel": 20,
    "workingGroup": 32,
    "countryGroup": 20,
    "processingType": 64,
    "architecture": 256,
    "transUses": 64,
    "transHome": 128,
    "transPath": 128,
    "cloud": 10,
    "site": 60,
    "nucleus": 52,
    "campaign": 32,
    "container_name": 200,
}

#: Bytes in the command line of a job: the pilot, and the wrapper's ``os.system``, hand it to a
#: shell as one argument, which has at most 128 KiB (Linux, ``MAX_ARG_STRLEN``); some are left
#: for the names of the files that the job reads.
MOST_BYTES = 120_000


def find_too_long(task_map: Mapping[str, Any]) -> Iterator[tuple[str, str, int, int]]:
    """Yield the values that do not fit: key, text, length in bytes, and the room there is."""
    for key, width in WIDTHS.items():
        value = task_map.get(key)
        if isinstance(value, str) and (length := len(value.encode("utf-8"))) > width:
            yield key, value, length, width


def command_line(task_map: Mapping[str, Any], values: Mapping[str, int]) -> int:
    """Return how many bytes the command line of a job has, before the names of its files.

    :param values: how long the text of each placeholder may become.
    """
    texts = [
        item["value"]
        for item in task_map["jobParameters"]
        if isinstance(item, Mapping) and isinstance(item.get("value"), str)
    ]
    length = sum(len(text.encode("utf-8", "surrogatepass")) + 1 for text in texts)
    for placeholder, most in values.items():
        length += sum(text.count(placeholder) for text in texts) * (most - len(placeholder))
    return length
