"""The files, folders and addresses that a source names."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from ..compilation import Analysis
from ..semantics.expressions import known_text
from ..source import Span
from ..syntax.tree import Attribute, Text
from .locate import blocks
from .names import bindings

_LEADING = ("map", "sandbox")


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere.

    :param span: without the quotes.
    :param path: relative to the folder of the source, or an ``https://`` address.
    """

    span: Span
    path: str


def links(analysis: Analysis) -> tuple[Link, ...]:
    """Every map and sandbox, in order."""
    known = {
        setting.name_span: known_text(setting.term)
        for binding in bindings(analysis)
        for task in binding.workflow.tasks.values()
        for name, setting in task.settings.items()
        if name in _LEADING
    }
    found: list[Link] = []
    for block in blocks(analysis.file, "task", "learn"):
        for item in block.items:
            if isinstance(item, Attribute) and isinstance(item.value, Text):
                path, span = known.get(item.name.span), item.value.span
                if path and _leads_somewhere(path) and "\n" not in path:
                    found.append(Link(_inside(analysis.source.text, span), path))
    return tuple(found)


def _inside(text: str, span: Span) -> Span:
    """``span`` without its quotes."""
    start, end = span.start, span.end
    start += text.startswith('"', start)
    return Span(start, end - 1) if end > start and text[end - 1] == '"' else Span(start, end)


def _leads_somewhere(path: str) -> bool:
    """Whether it is an address that a browser opens, or a path below the source's folder."""
    try:
        address = urlsplit(path)
    except ValueError:
        return False
    if address.scheme or address.netloc:
        return address.scheme == "https" and bool(address.netloc)
    return not path.startswith("/") and ".." not in path.split("/")
