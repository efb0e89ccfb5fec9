"""JSON with the spans of its values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .source import Span

#: Deepest nesting: whatever is done with the values recurses over them.
MAX_DEPTH = 60
_BLANK = re.compile(r"[ \t\n\r]*")


@dataclass(frozen=True, slots=True)
class SpannedValue:
    """A value, its span, and the values in it by key or index."""

    value: Any
    span: Span
    items: Mapping[str | int, SpannedValue] = field(default_factory=dict)
    keys: Mapping[str | int, Span] = field(default_factory=dict)
    """The spans of the keys of an object; of a key that occurs twice the last one."""

    def at(self, *path: str | int) -> Span:
        """Return the span of what ``path`` leads to, or of the last part of it that there is."""
        here = self
        for step in path:
            if step not in here.items:
                break
            here = here.items[step]
        return here.span


def parse_with_spans(text: str) -> SpannedValue:
    """Parse ``text``.

    :raises ValueError: if it is not JSON; the error is ``json``'s.
    :raises RecursionError: if it nests more than :data:`MAX_DEPTH` levels deep.
    """
    json.loads(text)  # so that what follows need not look for errors
    return _value(text, _skip(text, 0), 1)


def iterate_members(text: str) -> Iterator[tuple[str, Any, Span, Span]]:
    """Yield the members of the object that ``text``, which is correct JSON, holds.

    :returns: names, values, and the spans of both; a name may occur twice.
    """
    decoder = json.JSONDecoder()
    at = _skip(text, _skip(text, 0) + 1)
    while text[at] == '"':
        name, name_end = decoder.raw_decode(text, at)
        start = _skip(text, _skip(text, name_end) + 1)
        value, end = decoder.raw_decode(text, start)
        yield name, value, Span(at, name_end), Span(start, end)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _value(text: str, at: int, depth: int) -> SpannedValue:
    if depth > MAX_DEPTH:
        raise RecursionError
    if text[at] not in "{[":
        value, end = json.JSONDecoder().raw_decode(text, at)
        return SpannedValue(value, Span(at, end))
    items: dict[str | int, SpannedValue] = {}
    keys: dict[str | int, Span] = {}
    start, is_object = at, text[at] == "{"
    at = _skip(text, at + 1)
    while text[at] not in "}]":
        key: str | int = len(items)
        if is_object:
            key, name_end = json.JSONDecoder().raw_decode(text, at)
            keys[key] = Span(at, name_end)
            at = _skip(text, _skip(text, name_end) + 1)
        items[key] = _value(text, at, depth + 1)
        at = _skip(text, items[key].span.end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    inner = {key: item.value for key, item in items.items()}
    value = inner if is_object else list(inner.values())
    return SpannedValue(value, Span(start, at + 1), items, keys)
