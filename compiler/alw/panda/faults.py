"""The faults of a task parameter map, in words.

The schema says it with regular expressions; beside each of them is a ``title``, which is the
same for people, and no message of a validator is handed on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..resources import schema
from ..text.json_spans import MAX_DEPTH

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a text",
}
_LONGEST = 60
_SURROGATE = re.compile("[\ud800-\udfff]")
_NO_TEXT = "has half of a surrogate pair, which is not a character"
#: The keywords about the keys of an object, of which several may be wrong.
_OF_KEYS = ("required", "dependentRequired", "additionalProperties", "propertyNames")


class Fault(NamedTuple):
    """One thing that is wrong with a map."""

    path: tuple[str | int, ...]
    """Keys and positions, from the outermost."""
    message: str


def find_faults(task_map: object) -> list[Fault]:
    """Return what the schema has against ``task_map``, one fault for a place."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    if unfit := _unfit(task_map):
        return unfit
    found: dict[object, Fault] = {}
    for error in Draft202012Validator(schema("task-parameters")).iter_errors(task_map):
        deepest = best_match([error]) or error
        path = tuple(deepest.absolute_path)
        fault = Fault(path, _message(path, deepest))
        found.setdefault(fault if deepest.validator in _OF_KEYS else path, fault)
    return list(found.values())


def _unfit(task_map: object) -> list[Fault]:
    """Return what keeps a value from being looked at, or from being written as UTF-8.

    JSON may hold half of a surrogate pair, ``"\\ud800"``, which is no character.
    """
    found: list[Fault] = []
    todo: list[tuple[tuple[str | int, ...], object]] = [((), task_map)]
    while todo:
        path, value = todo.pop()
        if len(path) > MAX_DEPTH:
            return [Fault(path[:1], "it is nested too deeply")]
        if isinstance(value, dict):
            halves = [key for key in value if _SURROGATE.search(key)]
            found += [Fault(path, f"the key {_brief(key)} {_NO_TEXT}") for key in halves]
            todo += [((*path, key), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            todo += [((*path, number), inner) for number, inner in enumerate(value)]
        elif isinstance(value, str) and _SURROGATE.search(value):
            place = ".".join(map(str, path))
            found.append(Fault(path, f"'{_printable(place)}' is {_brief(value)}, which {_NO_TEXT}"))
    return found


def _message(path: tuple[str | int, ...], error: ValidationError) -> str:
    place = f"'{'.'.join(map(str, path))}'" if path else "the map"
    rule: Any = error.validator_value
    value: Any = error.instance
    kind: Any = error.validator
    match kind:
        case "required":
            missing = [f"'{key}'" for key in rule if key not in value]
            return f"{place} has no {_either(missing)}"
        case "dependentRequired":
            return f"in {place}, {'; '.join(_find_lacking(rule, value))}"
        case "additionalProperties" if isinstance(value, dict):
            object_schema: Any = error.schema
            unknown = [
                _brief(key) for key in value if key not in object_schema.get("properties", {})
            ]
            return f"{place} has the unknown {'key' if len(unknown) == 1 else 'keys'} " + ", ".join(
                unknown
            )
        case None:  # nothing is allowed
            return f"{place} is not allowed there"
    if "propertyNames" in error.absolute_schema_path:
        return f"{place} has the key {_brief(value)}, but a key must be {_describe_wanted(error)}"
    return f"{place} is {_brief(value)}, but must be {_describe_wanted(error)}"


def _find_lacking(rule: Mapping[str, list[str]], value: Mapping[str, Any]) -> Iterator[str]:
    for key, needed in rule.items():
        for other in needed:
            if key in value and other not in value:
                yield f"'{key}' needs '{other}'"


def _describe_wanted(error: ValidationError) -> str:
    """Return what should be there."""
    rule: Any = error.validator_value
    match error.validator:
        case "type":
            return _either([_TYPES[name] for name in ([rule] if isinstance(rule, str) else rule)])
        case "const":
            return _brief(rule)
        case "enum":
            return _either([_brief(value) for value in rule])
        case "minimum":
            return f"at least {rule}"
        case "maximum":
            return f"at most {rule}"
        case "minItems":
            return "a non-empty list"
        case "minLength":
            return "a non-empty text"
    titled: Any = error.schema
    return str(titled["title"])


def _either(words: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _brief(value: object) -> str:
    text = _printable(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _LONGEST else f"{text[:40]} … {text[-15:]}"
