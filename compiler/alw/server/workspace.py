"""The files of the workspace that are not open: their symbols."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from lsprotocol import types

from ..diagnostics.diagnostic import Collector
from ..driver.loader import load
from ..driver.result import Analysis
from ..editing.outline import Symbol, outline
from ..syntax.parse import parse
from ..text.source import Source
from .features.structure import flatten_symbols
from .last_runs import DATABASE
from .positions import LineIndex
from .uris import to_key, to_uri

#: So many files are looked into.
MOST = 2000
#: So many folders are.
MOST_FOLDERS = 10_000
_MADE = ("__pycache__", "build", "dist", "node_modules", "site-packages")
#: The marks of a virtual environment, and of a run, whose jobs have copies of sources.
_MARKS = ("pyvenv.cfg", DATABASE)


def matches(name: str, query: str) -> bool:
    """True if the characters of ``query`` are in ``name``, in their order."""
    rest = iter(name.lower())
    return all(character in rest for character in query.lower() if not character.isspace())


class Workspace:
    """The folders that the editor has open."""

    def __init__(self) -> None:
        self.folders: list[Path] = []
        self._known: dict[str, tuple[tuple[int, int], Source, tuple[Symbol, ...]]] = {}

    def symbols(
        self, query: str, opened: Iterable[str], encoding: str
    ) -> Iterator[types.SymbolInformation]:
        """Yield the symbols in files other than those ``opened`` that match ``query``."""
        seen = {to_key(uri) for uri in opened}
        known: dict[str, tuple[tuple[int, int], Source, tuple[Symbol, ...]]] = {}
        for path in self.files():
            stamp = _read_stamp(path)
            if path in seen or path in known or stamp is None:
                continue
            entry = self._known.get(path)
            if entry is None or entry[0] != stamp:
                source = load(path, Collector())
                if source is None:
                    continue
                entry = stamp, source, _find_outline(source)
            known[path] = entry
            _, source, found = entry
            if any(matches(symbol.name, query) for symbol in _flatten(found)):
                shown = flatten_symbols(to_uri(path), LineIndex(source.text, encoding), found)
                yield from (symbol for symbol in shown if matches(symbol.name, query))
        self._known = known

    def files(self) -> Iterator[str]:
        """Yield the sources in the folders; links are not followed, hidden folders left out."""
        number = walked = 0
        for top in self.folders:
            for folder, folders, names in os.walk(top):
                walked += 1
                if walked > MOST_FOLDERS:
                    return
                folders[:] = sorted(n for n in folders if not _is_made(Path(folder, n)))
                for name in sorted(names):
                    path = Path(folder, name)
                    if self.takes(path):
                        yield str(path)
                        number += 1
                    if number == MOST:
                        return

    def takes(self, path: Path) -> bool:
        """True if ``path`` is a regular file that can be a source."""
        return path.suffix == ".alw" and not path.is_symlink() and path.is_file()

    def holds(self, path: Path) -> bool:
        """True if ``path`` lies in a folder, and not in a part of it that is left out."""
        return self.holds_any([path])

    def holds_any(self, paths: Iterable[Path]) -> bool:
        """True if one of ``paths`` does; each folder is looked at once."""
        known: dict[Path, bool] = {}
        for path in paths:
            top = next((top for top in self.folders if top in path.parents), None)
            if top is not None and not _is_outside(path.parent, top, known):
                return True
        return False


def _is_outside(folder: Path, top: Path, known: dict[Path, bool]) -> bool:
    """True if a folder below ``top`` is in a part that is left out; ``known`` says it of others."""
    if folder == top:
        return False
    if folder not in known:
        known[folder] = _is_outside(folder.parent, top, known) or _is_made(folder)
    return known[folder]


def _is_made(folder: Path) -> bool:
    """True if a folder is hidden, or made by a program: no place where somebody writes."""
    if folder.name.startswith(".") or folder.name in _MADE:
        return True
    return any((folder / mark).is_file() for mark in _MARKS)


def _read_stamp(path: str) -> tuple[int, int] | None:
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _find_outline(source: Source) -> tuple[Symbol, ...]:
    return outline(Analysis(source, parse(source, Collector()), (), ()))


def _flatten(symbols: Iterable[Symbol]) -> Iterator[Symbol]:
    for symbol in symbols:
        yield symbol
        yield from _flatten(symbol.children)
