"""The author's settings: the options of ``alw check``, for editors, which have no command line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..diagnostics.diagnostic import Collector
from ..driver.loader import given_values
from ..semantics.input_values import Inputs
from ..targets import DEFAULT, TARGETS
from .positions import replace_halves

_KNOWN = {"target", "inputs", "params", "lastRun"}
#: Settings of the editor's own: how to start the server, and what to note down.
_OF_THE_CLIENT = {"server", "trace"}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


@dataclass(frozen=True, slots=True, eq=False)
class Settings:
    """Settings, as they were understood.

    :param params: the file with values of inputs.
    :param last_run: whether the values of the last run on this machine are shown.
    :param problems: what could not be understood.
    """

    target: str = DEFAULT
    given: Inputs = field(default_factory=lambda: Inputs({}))
    params: Path | None = None
    last_run: bool = True
    problems: tuple[str, ...] = ()


def select_section(options: Any) -> Any:
    """Return the part of all settings that is alw's; ``None`` if there is none."""
    if isinstance(options, Mapping):
        return options.get("alw")
    return None


def read_settings(values: Any, folder: Path | None) -> Settings:
    """Return what ``{"target": …, "inputs": {…}, "params": …, "lastRun": …}`` comes to.

    Each part may be missing.

    :param folder: where a relative path starts.
    """
    problems: list[str] = []
    if values is None:
        values = {}
    if not isinstance(values, Mapping):
        return Settings(problems=("the settings 'alw' must be an object",))
    for unknown in sorted(str(key) for key in values.keys() - _OF_THE_CLIENT - _KNOWN):
        problems.append(f"there is no setting 'alw.{unknown}'")
    target = values.get("target")
    if target not in (None, "") and (not isinstance(target, str) or target not in TARGETS):
        problems.append(f"'alw.target' is not one of {', '.join(TARGETS)}")
        target = None
    last_run = values.get("lastRun", True)
    if not isinstance(last_run, bool):
        problems.append("'alw.lastRun' must be true or false")
    texts = list(_read_inputs(values.get("inputs"), problems))
    file = _read_params(values.get("params"), folder, problems)
    collector = Collector()
    # one set of values for all files, not all of which have every input
    given = replace(
        given_values(texts, None if file is None else str(file), collector), shared=True
    )
    for d in collector.sorted():
        place = "" if not d.source.text else f"{d.source.name}, line {d.start.line}: "
        problems.append(f"'alw.params': {place}{d.message}")
    return Settings(target or DEFAULT, given, file, last_run is not False, tuple(problems))


def _read_inputs(inputs: Any, problems: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the inputs as ``--set`` takes them."""
    if inputs is None:
        return
    if not isinstance(inputs, Mapping):
        problems.append("'alw.inputs' must be an object")
        return
    for name, value in inputs.items():
        if not _NAME.match(str(name)):
            problems.append(f"'alw.inputs': '{name}' is not the name of an input")
        elif isinstance(value, str):
            if value == replace_halves(value):
                yield name, value
            else:
                problems.append(f"'alw.inputs.{name}' is not a string")
        elif isinstance(value, bool | int | float):
            yield name, json.dumps(value)
        else:
            problems.append(f"'alw.inputs.{name}' must be a string, a number, true or false")


def _read_params(params: Any, folder: Path | None, problems: list[str]) -> Path | None:
    if params in (None, ""):
        return None
    if not isinstance(params, str) or "\0" in params:
        problems.append("'alw.params' is not the name of a file")
        return None
    return (folder or Path()) / params
