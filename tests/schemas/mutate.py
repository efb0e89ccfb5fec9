"""Damage to documents, place by place."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from jsonschema import Draft202012Validator

Json = dict[str, Any]
Path = tuple[str | int, ...]
Mutant = tuple[str, Json]
_ID = re.compile(r"[0-9a-f]{8}\Z")


def is_id(value: object) -> bool:
    """Whether ``value`` looks like an internal id."""
    return isinstance(value, str) and _ID.match(value) is not None


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value in ``value`` with its path, parents first."""
    yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from walk(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from walk(item, (*path, number))


def at(document: Any, path: Path) -> Any:
    """The value at ``path``."""
    for step in path:
        document = document[step]
    return document


def kind(document: Any, path: Path) -> str:
    """What stands at ``path``, the same for all places that mean the same.

    The class of the innermost object of iDDS and the way from there, with ``sub-`` if that is
    a sub-workflow's own; ids become ``*``, numbers ``#`` and items of ``jobParameters`` their
    type.
    """
    way: list[str] = []
    inner = ""
    value = document
    for depth, step in enumerate(path):
        if isinstance(value, dict) and "class" in value and step == "attributes":
            name = str(value["class"])
            inner = "sub-" if depth and name == "Workflow" else inner
            own = inner if name.startswith("Workflow") else ""
            way = [own + name] if name != "DictMetadata" else [*way, "/"]
        elif isinstance(step, int):
            item = value[step]
            typed = isinstance(item, dict) and "type" in item and "value" in item
            way.append(str(item.get("param_type", item["type"])) if typed else "#")
        else:
            way.append("*" if is_id(step) or step.isdecimal() else step)
        value = value[step]
    return ".".join(way)


def _copied(document: Json, path: Path) -> tuple[Json, Any]:
    """A copy of ``document``, and in it what stands at ``path``; the rest is shared."""
    fresh = copy.copy(document)
    value: Any = fresh
    for step in path:
        value[step] = copy.copy(value[step])
        value = value[step]
    return fresh, value


def replaced(document: Json, path: Path, value: Any) -> Json:
    """A copy with ``value`` at ``path``."""
    fresh, parent = _copied(document, path[:-1])
    parent[path[-1]] = value
    return fresh


def without(document: Json, path: Path) -> Json:
    """A copy without the key at the end of ``path``."""
    fresh, parent = _copied(document, path[:-1])
    del parent[path[-1]]
    return fresh


def renamed(document: Json, path: Path, key: str) -> Json:
    """A copy in which the last key of ``path`` is ``key``."""
    fresh, parent = _copied(document, path[:-1])
    items = [(key if k == path[-1] else k, v) for k, v in parent.items()]
    parent.clear()
    parent.update(items)
    return fresh


def added(document: Json, path: Path, key: str, value: Any) -> Json:
    """A copy with a further key in the object at ``path``."""
    fresh, parent = _copied(document, path)
    parent[key] = value
    return fresh


def places(
    document: Json,
    wanted: Callable[[Path, Any], bool] = lambda path, value: True,
    seen: set[str] | None = None,
) -> Iterator[tuple[str, Path, Any]]:
    """One place of every kind and type of value, with its kind.

    :param seen: kinds that were seen before, which are left out and added to.
    """
    seen = set() if seen is None else seen
    for path, value in walk(document):
        if not wanted(path, value):
            continue
        found = kind(document, path)
        typed = f"{found}: {type(value).__name__}"
        if typed not in seen:
            seen.add(typed)
            yield found, path, value


def accepted(validator: Draft202012Validator, mutants: Iterable[Mutant]) -> list[str]:
    """The names of the mutants that pass.

    :raises AssertionError: if there are no mutants: nothing was tested then.
    """
    count = 0
    passed: set[str] = set()
    for name, mutant in mutants:
        count += 1
        if validator.is_valid(mutant):
            passed.add(name)
    assert count, "no mutants"
    return sorted(passed)
