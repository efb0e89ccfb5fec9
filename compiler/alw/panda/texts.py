"""Files for panda-client, which can open none (:mod:`.isolation`): their texts are given.

To compile needs no file of prun's; to import what was written for prun may.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .client import Given, Map, PrunError, panda_client, prun_options

_OPENING = ("PrunScript", "PsubUtils", "MiscUtils")
#: Names that ``--loadJson`` has for others (pandaclient/PrunScript.py:48-53).
_OTHER_NAMES = {"exec": "jobParams", "inputFileListName": "inputFileList"}


@contextmanager
def lend_texts(texts: Mapping[str, str]) -> Iterator[None]:
    """Let panda-client open files of these names."""

    def opened(name: str, *args: object) -> io.StringIO:
        known = texts.get(name, texts.get(name.removeprefix("/")))
        if known is None:
            raise PrunError(f"prun reads the file {name!r}")
        return io.StringIO(known)

    with panda_client() as client:
        spaces = [vars(client.module(name)) for name in _OPENING]
        for space in spaces:
            space["open"] = opened
        try:
            yield
        finally:
            for space in spaces:
                space.pop("open", None)


def dataset_list(text: str) -> str:
    """Return what ``--inDS`` is for ``--inDsTxt`` with ``text``."""
    with lend_texts({"list": text}), panda_client() as client:
        found: str = client.module("PsubUtils").readDsFromFile("list")
    return found


def load_options(text: str) -> list[Given]:
    """Return the options that ``--loadJson`` reads from ``text``.

    :raises PrunError: if prun would not take them.
    """
    try:
        values: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PrunError(f"it is not JSON: {error}") from None
    if not isinstance(values, dict):
        raise PrunError("it is not a JSON object with options of prun")
    options = prun_options()
    with panda_client() as client:
        actions = client.module("PrunArgs").build_parser()._actions
    found: list[Given] = []
    for key, value in values.items():
        destination = _OTHER_NAMES.get(key, key)
        action = next((a for a in actions if a.dest == destination), None)
        if action is None:
            raise PrunError(f"prun has no parameter {key!r}")
        names = [spelling[2:] for spelling in action.option_strings]
        option = next((options[name] for name in names if name in options), None)
        if option is None or value == action.default or value is None:
            continue
        found.append(Given(option, _value(option.kind, key, value)))
    return found


def _value(kind: str, key: str, value: Any) -> str | int | tuple[str, ...] | None:
    if kind == "flag" and value is True:
        return None
    if kind == "list":
        return tuple(map(str, value)) if isinstance(value, list) else (str(value),)
    if kind == "int":
        try:
            return int(value)
        except (TypeError, ValueError):
            pass
    elif kind != "flag" and isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    raise PrunError(f"{value!r} is not a valid value for {key!r}")


def input_and_output(text: str) -> list[tuple[str, str]]:
    """Return the pairs that ``--inOutDsJson`` reads from ``text``.

    :raises PrunError: if there are none.
    """
    try:
        items: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PrunError(f"it is not JSON: {error}") from None
    pairs = (
        [(item.get("inDS"), item.get("outDS")) for item in items if isinstance(item, dict)]
        if isinstance(items, list)
        else []
    )
    found = [(i, o) for i, o in pairs if isinstance(i, str) and isinstance(o, str)]
    if not found or len(found) != len(items):
        raise PrunError('it is not a list of {"inDS": "…", "outDS": "…"}')
    return found


def of_pair(task_map: Map, in_ds: str, out_ds: str, number: int) -> Map:
    """Return the map that prun submits for a pair of several (:func:`input_and_output`).

    :param task_map: what it makes of the first one.
    """
    with panda_client() as client:
        made: Map = client.module("PsubUtils").replaceInputOutput(task_map, in_ds, out_ds, number)
    # it leaves out the slash, as pchain does; the task is the same
    return {**made, "taskName": f"{made['taskName'].removesuffix('/')}/"}


def obsolete_options() -> tuple[str, ...]:
    """Return the options that prun ignores, with their dashes."""
    with panda_client() as client:
        return tuple(client.module("MiscUtils").PRUN_OBSOLETE_OPTIONS)
