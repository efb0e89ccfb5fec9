"""The markers that iDDS replaces in a task parameter map when it submits the task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import Unfilled

MARK, END = "___idds___", "___"


def fill_markers(
    task_map: Mapping[str, Any], values: Mapping[str, object], iteration: int | None = None
) -> dict[str, Any]:
    """Return ``task_map`` as iDDS submits it: ``str(value)`` for ``___idds___ATTRIBUTE___``.

    iDDS looks into string values of the map, of the items of ``jobParameters`` and of ``log``, and
    nowhere else (idds/atlas/workflowv2/atlaspandawork.py, ``renew_parameters_from_attributes``).

    :param values: the loop parameters by their name in the source, without ``user_``.
    :param iteration: ``num_run``; ``None`` outside a loop, where iDDS has an empty one.
    """
    attributes = {f"user_{name}": str(value) for name, value in values.items()}
    attributes["num_run"] = "" if iteration is None else str(iteration)

    def text(value: Any) -> Any:
        return renew_markers(value, attributes) if isinstance(value, str) else value

    filled = {key: text(value) for key, value in task_map.items()}
    filled["jobParameters"] = [
        {key: text(value) for key, value in item.items()} for item in task_map["jobParameters"]
    ]
    if "log" in task_map:
        filled["log"] = {key: text(value) for key, value in task_map["log"].items()}
    return filled


def renew_markers(text: str, attributes: Mapping[str, str]) -> str:
    """Return ``text`` with the markers of known attributes replaced.

    The name of an attribute is what follows the first marker *after every opening marker has been
    taken out*, up to three underscores.  Hence a marker that is not closed, or one made by chance
    of a marker's neighbours, hides the proper ones after it.

    :raises Unfilled: where the engine would not come to an end.
    """
    start = text.find(MARK)
    while start >= 0:
        name = text[start:].replace(MARK, "").split(END, 1)[0]
        if name and name in attributes:
            marker = MARK + name + END
            if marker not in text:
                raise Unfilled(f"iDDS would look for {marker} for ever")
            text = text.replace(marker, attributes[name])
            start = text.find(MARK, start)
        else:
            start = text.find(MARK, start + len(MARK))
    return text
