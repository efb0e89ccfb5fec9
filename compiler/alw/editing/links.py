"""The files, folders and addresses that a source names."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from ..driver.result import Analysis
from ..semantics.expr import items_of
from ..semantics.expressions import known_text
from ..syntax.tree import Attribute, ListOf, Text
from ..text.source import Span
from .bindings import bindings
from .locate import blocks

_LEADING = ("map", "sandbox")


@dataclass(frozen=True, slots=True)
class SourceLink:
    """A text that leads somewhere.

    :param span: without the quotes.
    :param path: relative to the folder of the source, or an ``https://`` address.
    """

    span: Span
    path: str


def links(analysis: Analysis) -> tuple[SourceLink, ...]:
    """Return every map and sandbox, in order."""
    known = {
        item.span: known_text(item)
        for binding in bindings(analysis)
        for task in binding.workflow.tasks.values()
        for name, setting in task.settings.items()
        if name in _LEADING
        for item in items_of(setting.term)
    }
    found: list[SourceLink] = []
    for block in blocks(analysis.file, "task", "learn"):
        for item in block.items:
            if isinstance(item, Attribute):
                for value in item.value.items if isinstance(item.value, ListOf) else [item.value]:
                    path = known.get(value.span) if isinstance(value, Text) else None
                    if path and _leads_somewhere(path):
                        found.append(SourceLink(_inside(analysis.source.text, value.span), path))
    return tuple(found)


def _inside(text: str, span: Span) -> Span:
    """``span`` without its quotes."""
    start, end = span.start, span.end
    start += text.startswith('"', start)
    return Span(start, end - 1) if end > start and text[end - 1] == '"' else Span(start, end)


def _leads_somewhere(path: str) -> bool:
    """Return whether it is an address that a browser opens, or a path below the source's folder."""
    if "\n" in path or "*" in path:
        return False
    try:
        address = urlsplit(path)
    except ValueError:
        return False
    if address.scheme or address.netloc:
        return address.scheme == "https" and bool(address.netloc)
    return not path.startswith("/") and ".." not in path.split("/")
