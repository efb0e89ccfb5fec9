"""The files and folders that ``sandbox`` may name, as they are written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..text.source import EntryKind, Reader, Source, Span, Unreadable
from .cursor import Context

_MOST = 500


class FileOffer(NamedTuple):
    """The next part of a path; a folder ends in a slash."""

    name: str
    span: Span


def sandbox_files(here: Context, source: Source, reader: Reader) -> Iterator[FileOffer]:
    """Yield what goes on the path at a cursor inside the quotes of ``sandbox``."""
    row, string = here.item, here.string
    if string is None or here.hole is not None or here.body not in ("task", "learn"):
        return
    if len(row) < 2 or (row[0].text, row[1].text) != ("sandbox", "="):
        return
    begun = source.text[string.start + 1 : string.end]
    above = begun[: begun.rfind("/") + 1]
    if begun.startswith("/") or ".." in begun.split("/") or {"{", "*"} & set(begun):
        return
    try:
        folder = reader.folder(source, ".")
        entries = sorted(folder.entries(above.strip("/")), key=lambda entry: entry.name)
    except Unreadable:
        return
    is_list = any(piece.text == "[" for piece in row)
    span = Span(string.start + 1 + len(above), string.end)
    for entry in entries[:_MOST]:
        if entry.name.startswith(".") or not set(entry.name).isdisjoint('"\\{}\n'):
            continue
        if entry.kind is EntryKind.FOLDER:
            yield FileOffer(f"{entry.name}/" if is_list else entry.name, span)
        elif entry.kind is EntryKind.FILE and is_list:
            yield FileOffer(entry.name, span)
