"""Parameter files: values of inputs as JSON, TOML or YAML, and where in the file they stand."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..diagnostics.diagnostic import Collector, Label
from ..diagnostics.rules import PARAMETER_FILE
from ..semantics.input_values import InputValue
from ..text.json_spans import iterate_members
from ..text.source import Place, Source, Span


class _Entry(NamedTuple):
    """A name, its value, and their offsets."""

    name: str
    value: Any
    key: Span
    place: Span


def parameters(source: Source, collector: Collector) -> dict[str, InputValue] | None:
    """The values in a parameter file, whose name's ending says what it is written in.

    :returns: ``None`` if it cannot be used, which is reported.
    """
    try:
        entries = _READERS.get(Path(source.name).suffix.lower(), _json)(source.text)
        found = None if entries is None else list(entries)
    except Exception as error:  # three parsers, each with its own errors
        at, why = _explain_error(error, source)
        collector.report(
            PARAMETER_FILE,
            source,
            Span(at, at + 1),
            f"cannot read the parameter file: {why}",
            "write JSON, TOML or YAML, with a name that ends in .json, .toml or .yaml",
        )
        return None
    if found is None:
        message = "a parameter file must map input names to values"
        collector.report(PARAMETER_FILE, source, Span(0, 0), message)
        return None
    given: dict[str, InputValue] = {}
    for entry in found:
        first = given.get(entry.name)
        if first is not None and first.key is not None:
            collector.report(
                PARAMETER_FILE,
                source,
                entry.key,
                f"'{entry.name}' is given twice",
                "remove one of them",
                [Label(source, first.key.span, "given here first")],
            )
            continue
        given[entry.name] = InputValue(
            entry.value,
            source.name,
            place=Place(source, entry.place),
            key=Place(source, entry.key),
        )
    return given


# JSON


def _json(text: str) -> Iterator[_Entry] | None:
    return (_Entry(*entry) for entry in iterate_members(text)) if _is_object(text) else None


def _is_object(text: str) -> bool:
    return isinstance(json.loads(text), dict)


# TOML

_TOML_KEY = re.compile(
    r"""^[ \t]*(?:"(?P<basic>[^"\\\n]*)"|'(?P<literal>[^'\n]*)'|(?P<bare>[A-Za-z0-9_-]+))[ \t]*
    =[ \t]*(?P<value>"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\#\n]*?)[ \t\r]*(?:\#[^\n]*)?$""",
    re.MULTILINE | re.VERBOSE,
)
_TOML_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")


def _toml(text: str) -> Iterator[_Entry]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    values = tomllib.loads(text)
    table = _TOML_TABLE.search(text)
    places: dict[str, re.Match[str]] = {}
    for match in _TOML_KEY.finditer(text, 0, table.start() if table else len(text)):
        places.setdefault(match["basic"] or match["literal"] or match["bare"] or "", match)
    for name, value in values.items():
        found = places.get(name)  # a table has its place elsewhere, and is no input's value
        if found is None:
            yield _Entry(name, value, Span(0, 0), Span(0, 0))
        else:
            key = next(g for g in ("basic", "literal", "bare") if found[g] is not None)
            yield _Entry(name, value, Span(*found.span(key)), Span(*found.span("value")))


# YAML


def _yaml(text: str) -> list[_Entry] | None:
    import yaml

    from ..text.yaml12 import Loader

    loader = Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:  # only comments
            return []
        if not isinstance(node, yaml.MappingNode):
            return None
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    None, None, "expected a name here", key.start_mark
                )
        return [
            _Entry(
                str(loader.construct_object(key, deep=True)),
                loader.construct_object(value, deep=True),
                Span(key.start_mark.index, key.end_mark.index),
                Span(value.start_mark.index, value.end_mark.index),
            )
            for key, value in node.value
        ]
    finally:
        loader.dispose()


_READERS: Mapping[str, Callable[[str], Iterable[_Entry] | None]] = {
    ".toml": _toml,
    ".yaml": _yaml,
    ".yml": _yaml,
}


def _explain_error(error: Exception, source: Source) -> tuple[int, str]:
    """The place of an error in a parameter file, and its message."""
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
