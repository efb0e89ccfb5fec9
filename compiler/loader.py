"""Reading sources and values: the only module that reads users' files."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .diagnostics import Collector
from .rules import ENCODING, FILE, PARAMETER_FILE, Rule
from .semantics.given import Given
from .source import Source, Span

#: Largest source, in bytes.
MAX_BYTES = 64 * 2**20


def load(name: str, collector: Collector) -> Source | None:
    """The source in file ``name``; ``-`` is standard input.

    :returns: ``None`` if it cannot be read, which is reported.
    """
    text = _read(name, FILE, collector)
    return None if text is None else Source("<stdin>" if name == "-" else name, text)


def _read(name: str, rule: Rule, collector: Collector) -> str | None:
    shown = Source("<stdin>" if name == "-" else name, "")
    try:
        if name == "-":
            if sys.stdin is None:  # the process was started without one
                raise ValueError("standard input is closed")
            raw = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with open(name, "rb") as file:
                raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        collector.report(rule, shown, Span(0, 0), f"cannot read '{shown.name}': {why}")
        return None
    if len(raw) > MAX_BYTES:
        collector.report(rule, shown, Span(0, 0), f"'{shown.name}' is larger than 64 MiB")
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        readable = raw[: error.start].decode("utf-8", "replace")
        source = Source(shown.name, readable + "\N{REPLACEMENT CHARACTER}")
        collector.report(
            ENCODING,
            source,
            Span(len(readable), len(readable) + 1),
            f"byte 0x{raw[error.start]:02x} is not UTF-8",
            "save the file as UTF-8",
        )
        return None
    return text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")


def given_values(
    settings: Iterable[tuple[str, str]], file: str | None, collector: Collector
) -> dict[str, Given]:
    """The values of inputs from ``--set`` and a parameter file; the former win."""
    given = _parameters(file, collector) if file is not None else {}
    for name, value in settings:
        given[name] = Given(value, f"--set {name}", is_text=True)
    return given


def python_values(inputs: Mapping[str, object]) -> dict[str, Given]:
    """The values of inputs from a library call."""
    return {name: Given(value, f"inputs[{name!r}]") for name, value in inputs.items()}


def _parameters(name: str, collector: Collector) -> dict[str, Given]:
    """The values in a JSON, TOML or YAML file, told apart by its ending."""
    text = _read(name, PARAMETER_FILE, collector)
    if text is None:
        return {}
    source = Source("<stdin>" if name == "-" else name, text)
    try:
        values = _parsed(Path(name).suffix.lower(), text)
    except Exception as error:  # three parsers, each with its own errors
        at, why = _explained(error, source)
        collector.report(
            PARAMETER_FILE,
            source,
            Span(at, at + 1),
            f"the parameter file cannot be read: {why}",
            "values are given as JSON, TOML or YAML, by the file's ending",
        )
        return {}
    if not isinstance(values, dict):
        collector.report(
            PARAMETER_FILE,
            source,
            Span(0, 0),
            "a parameter file maps names of inputs to values",
        )
        return {}
    return {str(key): Given(value, source.name) for key, value in values.items()}


_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")


def _explained(error: Exception, source: Source) -> tuple[int, str]:
    """Where in a parameter file an error is, and what it says."""
    if isinstance(error, json.JSONDecodeError):
        return error.pos, error.msg
    mark = getattr(error, "problem_mark", None)
    if mark is not None:  # YAML
        parts = (getattr(error, "context", None), getattr(error, "problem", None))
        return mark.index, ", ".join(part for part in parts if part)
    message = " ".join(str(error).split())
    place = _TOML_PLACE.search(message)
    if place is None:
        return 0, message
    line, column = place.groups()
    at = source.start_of(int(line)) + int(column) - 1 if line else len(source.text)
    return at, message[: place.start()]


def _parsed(ending: str, text: str) -> Any:
    if ending == ".toml":
        if sys.version_info >= (3, 11):
            import tomllib
        else:
            import tomli as tomllib
        return tomllib.loads(text)
    if ending in (".yaml", ".yml"):
        import yaml

        values = yaml.safe_load(text)
        return {} if values is None else values  # only comments
    return json.loads(text)
