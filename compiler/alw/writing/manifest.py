"""The manifest of a folder, ``.alw.json``: what alw wrote there.  It removes nothing else."""

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
class Manifest:
    """The files that alw wrote into a folder.

    :param source: the file that defines the workflow, relative to the folder; may be empty.
    :param files: paths in the folder.
    """

    source: str = ""
    files: frozenset[str] = frozenset()

    def text(self) -> str:
        """Return the content of its file."""
        lines = ",\n ".join(json.dumps(file) for file in sorted(self.files))
        return f'{{"source": {json.dumps(self.source)},\n"files": [\n {lines}\n]}}\n'


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest in ``folder``; an empty one if there is none to read.

    :raises OSError: if it cannot be read.
    """
    place = folder / NAME
    if place.is_symlink() or not place.is_file() or place.stat().st_size > _LARGEST:
        return Manifest()
    text = place.read_bytes()
    try:
        found = json.loads(text)
        return Manifest(str(found.get("source", "")), frozenset(map(str, found["files"])))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Manifest()


def list_others(folder: Path, ours: Iterable[str]) -> Iterator[str]:
    """Yield what is in ``folder`` and not of ``ours``, as paths in it.

    Links are not followed, so whatever a manifest says, no more than the folder is looked at.
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
