"""The marks in which iDDS 2.6.21 inserts values, and where it looks for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_MARK = "___idds___"


class IddsPlaceholders:
    """``___idds___ATTRIBUTE___`` (idds/atlas/workflowv2/atlaspandawork.py:230)."""

    reserved = re.compile(_MARK)
    #: ``renew_parameter`` looks on until it finds no mark, and for ever at one without an end
    looked_for_again = "idds"

    def param(self, name: str) -> str:
        """Return the mark of a global parameter, whose name must start with ``user_``."""
        return f"{_MARK}user_{name}___"

    def iteration(self) -> str:
        """Return the mark of the number of the run, which is never used outside of a loop."""
        return f"{_MARK}num_run___"

    def find_unfilled(self, task_map: Mapping[str, Any]) -> list[str]:
        """Return the keys of placeholders that ``renew_parameters_from_attributes`` misses.

        It looks into string values of the map, of the items of ``jobParameters`` and of
        ``log`` (idds/atlas/workflowv2/atlaspandawork.py:231).
        """
        missed: list[str] = []
        for key, value in task_map.items():
            if isinstance(value, str):
                continue
            if key == "jobParameters":
                values: Iterable[Any] = (v for item in value for v in item.values())
            elif key == "log":
                values = value.values()
            else:
                values = (value,)
            if any(not isinstance(v, str) and _holds_mark(v) for v in values):
                missed.append(key)
        return missed

    def find_mistaken(self, task_map: Mapping[str, Any], dataset: str) -> list[str]:
        """Return nothing: the release replaces its placeholders only."""
        return []


def _holds_mark(value: Any) -> bool:
    if isinstance(value, str):
        return _MARK in value
    if isinstance(value, dict):
        return any(map(_holds_mark, value.values()))
    return isinstance(value, list) and any(map(_holds_mark, value))
