"""The record of what alw wrote into a folder: nothing else is ever removed from it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

NAME = ".alw.json"
#: The folders in a workflow's folder.
FOLDERS = ("tasks", "sandboxes")
_LARGEST = 2**26


@dataclass(frozen=True, slots=True)
class Record:
    """What alw wrote into a folder.

    :param source: the file that defines the workflow, relative to the folder; may be empty.
    :param files: paths in the folder.
    """

    source: str = ""
    files: frozenset[str] = frozenset()

    def text(self) -> str:
        """The content of the file of the record."""
        lines = ",\n ".join(json.dumps(file) for file in sorted(self.files))
        return f'{{"source": {json.dumps(self.source)},\n"files": [\n {lines}\n]}}\n'


def read_record(folder: Path) -> Record:
    """The record in ``folder``; an empty one if there is none, or something else in its place.

    :raises OSError: if it cannot be read.
    """
    place = folder / NAME
    if place.is_symlink() or not place.is_file() or place.stat().st_size > _LARGEST:
        return Record()
    text = place.read_bytes()
    try:
        found = json.loads(text)
        return Record(str(found.get("source", "")), frozenset(map(str, found["files"])))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Record()


def others(folder: Path, ours: Iterable[str]) -> Iterator[str]:
    """What lies in ``folder`` that is not of ``ours``, as paths in it.

    Links are not followed, so whatever a record says, no more than the folder is looked at.
    """
    known = {*ours, NAME}
    for inner in ("", *FOLDERS):
        here = folder / inner
        if inner and (here.is_symlink() or not here.is_dir()):
            continue
        with os.scandir(here) as found:
            for entry in found:
                path = f"{inner}/{entry.name}" if inner else entry.name
                if path in known or (path in FOLDERS and entry.is_dir(follow_symlinks=False)):
                    continue
                yield path
