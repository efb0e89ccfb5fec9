"""Writing what was compiled: every file whole, all files or none."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from errno import EISDIR, ENOTDIR
from json.encoder import encode_basestring
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

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


def write(workflows: Iterable[CompiledWorkflow], directory: str | os.PathLike[str]) -> list[str]:
    """Write the files of ``workflows`` below ``directory``.

    Everything is written beside its place first and then moved there; if a move fails,
    the moves before it are taken back.

    :returns: the paths of the files.
    :raises OSError: if something cannot be written; nothing has changed then.
    """
    root = Path(directory)
    made: list[Path] = []
    try:
        _make(root, made)
        staging = _staging(root)
        try:
            moves: list[_Move] = []
            for workflow in workflows:
                for relative, content in files_of(workflow):
                    fresh = staging / f"{len(moves)}.new"
                    if isinstance(content, str):
                        fresh.write_bytes(content.encode("utf-8"))
                    else:
                        with fresh.open("wb") as file:
                            file.writelines(content.chunks())
                    moves.append(_Move(fresh, root / relative, fresh.with_suffix(".old")))
            for folder in dict.fromkeys(move.place.parent for move in moves):
                _make(folder, made)
            _move(moves)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except BaseException:
        for folder in reversed(made):
            with suppress(OSError):  # somebody else has put something there
                folder.rmdir()
        raise
    return [str(move.place) for move in moves]


class _Move(NamedTuple):
    """A finished file, where it belongs, and where to keep what stands there."""

    fresh: Path
    place: Path
    old: Path


def _staging(root: Path) -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix=".alw-", dir=root))
    except OSError as error:  # say the directory that the user knows
        raise OSError(error.errno, error.strerror, str(root)) from None


def _make(folder: Path, made: list[Path]) -> None:
    """Make ``folder`` and its parents, noting in ``made`` what did not exist."""
    for missing in reversed([folder, *folder.parents]):
        if not missing.is_dir():
            try:
                missing.mkdir()
            except FileExistsError:
                raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), str(missing)) from None
            made.append(missing)


def _move(moves: Iterable[_Move]) -> None:
    done: list[_Move] = []
    try:
        for move in moves:
            if move.place.is_dir():
                raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(move.place))
            if os.path.lexists(move.place):
                _keep(move.place, move.old)
            done.append(move)
            os.replace(move.fresh, move.place)
    except BaseException:
        for move in reversed(done):
            if os.path.lexists(move.old):
                os.replace(move.old, move.place)
            elif not move.fresh.exists():
                move.place.unlink(missing_ok=True)
        raise


def _keep(place: Path, old: Path) -> None:
    """Make ``old`` a second name of the file, or a copy where there are no hard links."""
    try:
        os.link(place, old, follow_symlinks=False)
    except OSError:
        shutil.copy2(place, old, follow_symlinks=False)
