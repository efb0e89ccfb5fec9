"""Writing what was compiled: the folder of a workflow is switched as a whole."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from errno import EISDIR, ENOTDIR
from json.encoder import encode_basestring
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .locking import locked, unlock_forever
from .switching import Staging

if TYPE_CHECKING:
    from .compilation import CompiledWorkflow
    from .sandbox.archive import Archive


def to_json(value: Mapping[str, Any]) -> str:
    """``value`` as the text of a file: readable, in its own order, with a final line end.

    What fits on a line stands on one.
    """
    return _laid_out(value, 0) + "\n"


_WIDTH = 100
_encode = json.JSONEncoder(ensure_ascii=False).encode


def _laid_out(value: Any, depth: int) -> str:
    # json.dumps(indent=…) goes through every value in Python; here only containers of
    # containers are, and the rest is left to the encoder in C.
    if isinstance(value, str):
        return encode_basestring(value)
    if not isinstance(value, dict | list) or not value:
        return _encode(value)
    items = value.values() if isinstance(value, dict) else value
    flat = not any(isinstance(item, dict | list) for item in items)
    if flat:
        text = _encode(value)
        if len(text) + depth <= _WIDTH:
            return text
    parts = [_laid_out(item, depth + 1) for item in items]
    opening, closing = "[]"
    if isinstance(value, dict):
        keys = map(encode_basestring, value)
        parts = [f"{key}: {part}" for key, part in zip(keys, parts, strict=True)]
        opening, closing = "{}"
    if not flat and sum(map(len, parts)) + 2 * len(parts) + depth <= _WIDTH:
        text = f"{opening}{', '.join(parts)}{closing}"
        if "\n" not in text:
            return text
    pad = "\n" + " " * (depth + 1)
    return f"{opening}{pad}{f',{pad}'.join(parts)}\n{' ' * depth}{closing}"


def files_of(workflow: CompiledWorkflow) -> Iterator[tuple[str, str | Archive]]:
    """The files of a workflow: paths below the output directory, and contents."""
    yield f"{workflow.name}/workflow.json", to_json(workflow.workflow)
    for name, task_map in workflow.tasks.items():
        yield f"{workflow.name}/tasks/{name}.json", to_json(task_map)
    for name, archive in workflow.sandboxes.items():
        yield f"{workflow.name}/sandboxes/{name}", archive


#: The files that alw wrote into a workflow's folder, so that the next compilation removes those
#: it no longer writes, and nothing else.
MANIFEST = ".alw.json"


def write(workflows: Iterable[CompiledWorkflow], directory: str | os.PathLike[str]) -> list[str]:
    """Write the files of ``workflows`` below ``directory``.

    The folder of each workflow is made beside its place and switched with the one that is there,
    by one rename.  So whoever reads it, and whenever the process is killed, it is as the last
    compilation or as this one wrote it, never a mixture.  If a folder cannot be switched, those
    before it are switched back; a kill in between leaves earlier workflows new and later ones old.
    What alw wrote before and does not write now, such as the map of a task that is gone, is
    removed; what others have put there stays.  Compilers that write to one directory take turns,
    and each removes what a killed one has left.

    :returns: the paths of the files.
    :raises OSError: if something cannot be written; nothing has changed then.
    """
    root = Path(directory)
    made: list[Path] = []
    try:
        _make(root, made)
        with locked(root):
            try:
                return _write(workflows, root)
            except BaseException:
                if made:
                    unlock_forever(root)
                raise
    except BaseException:
        for folder in reversed(made):
            with suppress(OSError):  # somebody else has put something there
                folder.rmdir()
        raise


def _write(workflows: Iterable[CompiledWorkflow], root: Path) -> list[str]:
    written: list[str] = []
    with Staging(root) as staging:
        for workflow in workflows:
            place = root / workflow.name
            fresh = staging.folder(place)
            names: list[str] = []
            for path, content in files_of(workflow):
                name = path.removeprefix(f"{workflow.name}/")
                _put(fresh / name, content)
                names.append(name)
                written.append(str(root / path))
            _put(fresh / MANIFEST, json.dumps({"files": [*names, MANIFEST]}, indent=1) + "\n")
            if place.is_dir():
                _keep_others(place, fresh, _written_before(place))
        staging.switch()
    return written


def _put(place: Path, content: str | Archive) -> None:
    place.parent.mkdir(exist_ok=True)
    if isinstance(content, str):
        place.write_bytes(content.encode("utf-8"))
    else:
        with place.open("wb") as file:
            file.writelines(content.chunks())


def _written_before(place: Path) -> frozenset[str]:
    """Return the names of the files in a folder that alw wrote; none if that is not known."""
    try:
        files = json.loads((place / MANIFEST).read_text(encoding="utf-8"))["files"]
        return frozenset(name for name in files if isinstance(name, str))
    except (FileNotFoundError, ValueError, KeyError, TypeError, RecursionError):
        return frozenset()


def _keep_others(old: Path, fresh: Path, ours: frozenset[str], path: str = "") -> None:
    """Give the folder ``fresh`` also what others have put into the folder ``old``.

    :raises OSError: if one of their folders has the place of a file, or the other way round.
    """
    with os.scandir(old / path) as found:
        entries = list(found)
    for entry in entries:
        name = f"{path}{entry.name}"
        target = fresh / name
        if entry.is_dir(follow_symlinks=False):
            if target.exists() and not target.is_dir():
                raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(old / name))
            if not any(one.startswith(f"{name}/") for one in ours):
                target.mkdir(exist_ok=True)
            _keep_others(old, fresh, ours, f"{name}/")
        elif target.is_dir():
            raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), str(old / name))
        elif name not in ours and not os.path.lexists(target):
            target.parent.mkdir(exist_ok=True)
            _link(Path(entry.path), target)


def _link(place: Path, other: Path) -> None:
    """Make ``other`` a second name of the file, or a copy where there are no hard links."""
    try:
        os.link(place, other, follow_symlinks=False)
    except OSError:
        from shutil import copy2

        copy2(place, other, follow_symlinks=False)


def _make(folder: Path, made: list[Path]) -> None:
    """Make ``folder`` and its parents, noting in ``made`` what did not exist."""
    for missing in reversed([folder, *folder.parents]):
        if not missing.is_dir():
            try:
                missing.mkdir()
            except FileExistsError:
                if missing.is_dir():  # made by somebody else at this moment
                    continue
                raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), str(missing)) from None
            made.append(missing)
