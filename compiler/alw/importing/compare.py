"""Compares task parameter maps."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, NamedTuple
from urllib.parse import unquote

from ..panda.archives import by_ddm, set_archive
from ..panda.client import Map
from ..panda.maps import normalise

#: What the server adds (pandaserver/taskbuffer/db_proxy_mods/task_event_module.py:3437-3454; older
#: ones the country), and the command line, which has many spellings.
_APART = ("userName", "taskType", "taskPriority", "countryGroup", "cliParams")
#: The files of the user, as prun calls them (pandaclient/PrunScript.py:757-762, 788).
_SANDBOX = re.compile(r"\b(?:sources|jobO)\.[\w-]+\.tar(?:\.gz)?\b")
#: What a junction keeps, by a random name (:274).
_KEPT = re.compile(r"\bsources\.[\w-]+\.__ow__")


class Difference(NamedTuple):
    """A place where two maps differ; a value is ``None`` where it is missing, too."""

    place: str
    first: Any
    second: Any

    def describe(self, first: str, second: str) -> str:
        """Describe the difference in words."""
        return f"{self.place}: {_shorten(self.first)} {first}, {_shorten(self.second)} {second}"


def _shorten(value: Any) -> str:
    text = "nothing" if value is None else _to_json(value)
    return text if len(text) <= 60 else f"{text[:40]} … {text[-15:]}"


def _to_json(value: Any) -> str:
    """Return JSON, in which ``1`` is neither ``true`` nor ``1.0``."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def find_differences(first: Map, second: Map) -> list[Difference]:
    """Return the differences, except those between submissions of one command."""
    return list(_find_differences("", normalize(first), normalize(second)))


def _find_differences(place: str, first: Any, second: Any) -> Iterator[Difference]:
    if isinstance(first, dict) and isinstance(second, dict):
        for key in dict.fromkeys([*first, *second]):
            yield from _find_differences(
                f"{place}.{key}" if place else key, first.get(key), second.get(key)
            )
    elif (
        isinstance(first, list) and isinstance(second, list) and _to_json(first) != _to_json(second)
    ):
        texts, others = [_to_json(item) for item in first], [_to_json(item) for item in second]
        only = [item for item, text in zip(first, texts, strict=True) if text not in others]
        other = [item for item, text in zip(second, others, strict=True) if text not in texts]
        for one, two in zip_longest(only, other):
            yield from _find_differences(f"an item of {place}", one, two)
        if not only and not other:
            yield Difference(f"the order in {place}", first, second)
    elif _to_json(first) != _to_json(second):
        yield Difference(place, first, second)


def normalize(task_map: Map) -> Map:
    """Return ``task_map`` without what differs between submissions of one command.

    These are :func:`~..panda.maps.normalise`, what the server adds, and the random names of
    containers that gather inputs and of what junctions keep.  The command is read as the worker
    node does, so what was quoted needlessly, or not, is equal.
    """
    made = {key: value for key, value in normalise(task_map).items() if key not in _APART}
    if made.get("official") is True:
        made.pop("workingGroup", None)  # from the roles of the submitter
    made["jobParameters"] = [
        item for item in map(_normalize_item, made["jobParameters"]) if item is not None
    ]
    return made


def drop_sandbox(task_map: Map) -> Map:
    """Return ``task_map`` without the name and the place of an archive, as in prun's dry mode.

    The file of a dataset keeps its name, which an option tells.
    """
    made = task_map if by_ddm(task_map) else set_archive(task_map, "None", None)
    return {key: value for key, value in made.items() if key != "sourceURL"}


def _normalize_item(item: Map) -> Map | None:
    """Normalize an item of ``jobParameters``; ``None`` for an empty part of the command."""
    if "consolidate" in item:
        return {**item, "consolidate": "*"}
    if item.get("padding") is False and isinstance(item.get("value"), str):
        command = unquote(item["value"])
        if command.endswith(('" ', "\\ ")):  # plan/command.py, ending_safely
            command = command[:-1]
        return {**item, "value": command} if command else None
    if item.get("type") == "constant" and isinstance(item.get("value"), str):
        return {**item, "value": _KEPT.sub("", item["value"])}
    return item


#: What JEDI replaces, and what stood there for prun (pandaclient/PsubUtils.py,
#: ``convertParamStrToJediParam``).
_REPLACED = re.compile(r"\$\{[^}]*\}")
_PLACEHOLDER = r"%[A-Z_]+(?:[:=]\d+)?"


def find_command(task_map: Map) -> str | None:
    """Return the value of ``--exec`` as a regular expression; ``None`` if the map has none."""
    parts: list[str] | None = None
    for item in task_map["jobParameters"]:
        value = str(item.get("value"))
        if parts is None:
            parts = [] if value == '-p "' else None
        elif item.get("padding") is not False:
            return "".join(parts)
        elif item.get("type") == "constant":
            parts.append(re.escape(unquote(value)))
        else:
            texts = _REPLACED.split(value)
            parts.append(_PLACEHOLDER.join(re.escape(unquote(text)) for text in texts))
    return None


def find_sandbox(task_map: Map) -> str | None:
    """Return the name of the archive with the user's files."""
    for text in (json.dumps(task_map.get("buildSpec")), json.dumps(task_map["jobParameters"])):
        if match := _SANDBOX.search(text):
            return match[0]
    return None
