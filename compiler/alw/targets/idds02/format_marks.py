"""The fields of ``str.format`` in which iDDS 0.2.1 inserts values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

#: What stands for a value until the JSON is written; URL-quoting leaves it as it is.
_MARK = re.compile(r"___alw_([A-Za-z0-9_]+?)___")


class IddsZeroTwoPlaceholders:
    """``{NAME}`` in ``cliParams`` (idds/atlas/workflow/atlaspandawork.py:161-178)."""

    reserved = re.compile(r"___alw_")
    looked_for_again = ""

    def param(self, name: str) -> str:
        """Return the mark of a value that the learner gives."""
        return f"___alw_{name}___"

    def iteration(self) -> str:
        """Return a mark that no text has: there is no number of the iteration."""
        return "___alw_iteration___"

    def find_unfilled(self, task_map: Mapping[str, Any]) -> list[str]:
        """Return the keys where a value is wanted outside of the command."""
        return [
            key
            for key, value in task_map.items()
            if key not in ("cliParams", "jobParameters") and _MARK.search(repr(value))
        ]

    def find_mistaken(self, task_map: Mapping[str, Any], dataset: str) -> list[str]:
        """Return the dataset's own name, which gets a number wherever it is in the command line, or
        in the name of a dataset (idds/atlas/workflow/atlaspandawork.py:133-157).
        """
        named = task_map.get("cliParams", "").count(dataset) > 1
        read = any(
            dataset in item.get("dataset", "")
            for item in task_map["jobParameters"]
            if item.get("param_type") == "input"
        )
        return [dataset] if named or read else []


def format_marks_in(task_map: Mapping[str, Any], formatted: bool) -> dict[str, Any]:
    """Return the map with the release's fields; without values nothing is formatted."""
    made = dict(task_map)
    if not formatted:
        return made
    doubled = made["cliParams"].replace("{", "{{").replace("}", "}}")
    made["cliParams"] = _MARK.sub(r"{\1}", doubled)
    made["jobParameters"] = [
        {**item, "value": _MARK.sub(lambda m: quote(f"{{{m[1]}}}"), item["value"])}
        if isinstance(item.get("value"), str)
        else item
        for item in made["jobParameters"]
    ]
    return made
