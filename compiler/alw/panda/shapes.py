"""Values that PanDA does not take where prun puts them: blanks in a site, quotes in a dataset.

prun checks few of its values.  What they look like is said by the schema of task parameter maps;
this looks at its patterns and limits for single values only, which is a thousand times faster than
all of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from ..resources import schema


def find_misshapen(
    task_map: Mapping[str, Any], fill_in: Callable[[str], str] = str
) -> Iterator[tuple[str, str | int]]:
    """Yield the key and the value of what is not as its pattern or its limits say.

    :param fill_in: puts values in the place of an engine's marks.
    """
    for key, low in _limits().items():
        number = task_map.get(key)
        if isinstance(number, int) and number < low:
            yield key, number

    def fits(pattern: re.Pattern[str], text: str) -> bool:
        return bool(pattern.search(text) or pattern.search(fill_in(text)))

    for key, pattern in _patterns().items():
        value = task_map.get(key)
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, str) and not fits(pattern, text):
                yield key, text
    dataset = _patterns()["dsForIN"]
    for item in task_map["jobParameters"]:
        name = item.get("dataset")
        if item.get("param_type") == "input" and isinstance(name, str) and not fits(dataset, name):
            yield "dataset", name


@cache
def _limits() -> Mapping[str, int]:
    """Return the smallest numbers."""
    whole = schema("task-parameters")
    nodes = {
        key: whole["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
        for key, node in whole["properties"].items()
    }
    return {key: node["minimum"] for key, node in nodes.items() if "minimum" in node}


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    whole = schema("task-parameters")

    def pattern(node: Mapping[str, Any]) -> str | None:
        if "$ref" in node:
            return pattern(whole["$defs"][node["$ref"].rpartition("/")[2]])
        if "items" in node:
            return pattern(node["items"])
        found: str | None = node.get("pattern") if node.get("type") == "string" else None
        return found

    found = {key: pattern(node) for key, node in whole["properties"].items()}
    return {key: re.compile(text) for key, text in found.items() if text is not None}
