"""Folders to be sent, on the disk and in memory."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import alw
from alw.sandbox.archive import Archive, pack
from alw.sandbox.folder_listing import list_files
from alw.text.source import Entry, EntryKind, Folder


class File(NamedTuple):
    content: bytes
    executable: bool = False


Tree = Mapping[str, File | None]
"""Files by their paths; ``None`` is a folder in which nothing stands."""


def write(tree: Tree, place: Path, backwards: bool = False) -> Path:
    """``tree`` on the disk, made in one order or the other."""
    place.mkdir(parents=True, exist_ok=True)
    for path in sorted(tree, reverse=backwards):
        file = tree[path]
        if file is None:
            (place / path).mkdir(parents=True, exist_ok=True)
            continue
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(file.content)
        if file.executable:
            (place / path).chmod(0o700)
    return place


class InMemory:
    """A folder that is on no disk; entries come in the order of ``tree``."""

    name = "memory"

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def entries(self, path: str) -> Iterator[Entry]:
        prefix = f"{path}/" if path else ""
        seen = set()
        for full, file in self._tree.items():
            if full.startswith(prefix):
                name, _, below = full[len(prefix) :].partition("/")
                if name not in seen:
                    seen.add(name)
                    if below or file is None:
                        yield Entry(name, EntryKind.FOLDER)
                    else:
                        yield Entry(name, EntryKind.FILE, len(file.content), file.executable)

    def chunks(self, path: str) -> Iterator[bytes]:
        file = self._tree[path]
        assert file is not None
        for start in range(0, len(file.content), 1000):
            yield file.content[start : start + 1000]


def archive(folder: Folder) -> Archive:
    found = list_files(folder)
    assert not found.faults
    return pack(folder, tuple(found.members))


SOURCE = """workflow w {{
  dataset = "user.me.w"
  {text}
}}
"""


def compiled(folder: Path, text: str) -> alw.Compilation:
    """A workflow in ``folder``."""
    (folder / "w.alw").write_text(SOURCE.format(text=text), encoding="utf-8")
    return alw.compile(folder / "w.alw")


def the_archive(compilation: alw.Compilation) -> tuple[str, Archive]:
    """The only archive of the only workflow."""
    assert compilation.ok, compilation.diagnostics
    ((name, found),) = compilation.workflows["w"].sandboxes.items()
    return name, found


def set_times(place: Path, seconds: int) -> None:
    for path in place.rglob("*"):
        os.utime(path, (seconds, seconds))
