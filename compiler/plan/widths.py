"""How much room PanDA's database has for the values of a task.

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


def too_long(task_map: Mapping[str, Any]) -> Iterator[tuple[str, str, int, int]]:
    """The values that do not fit: their keys, texts, lengths in bytes, and the room there is."""
    for key, width in WIDTHS.items():
        value = task_map.get(key)
        if isinstance(value, str) and (length := len(value.encode("utf-8"))) > width:
            yield key, value, length, width
