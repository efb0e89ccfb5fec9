"""Writing what was compiled: every folder completely old or completely new."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, contextmanager, suppress
from errno import ENOTDIR
from json.encoder import encode_basestring
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..writing.lock import hold_lock
from ..writing.manifest import NAME as MANIFEST
from ..writing.manifest import Manifest, read_manifest
from ..writing.switch import clear, clear_leftovers, make_stage, perform, prepare

if TYPE_CHECKING:
    from ..sandbox.archive import Archive
    from .result import CompiledWorkflow


def to_json(value: Mapping[str, Any]) -> str:
    """Return ``value`` as the text of a file: readable, in its own order, with a final line end.

    What fits on a line is on one.
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
    """Yield the files of a workflow: paths below the output directory, and contents."""
    request = workflow.bundle.only
    yield f"{workflow.name}/workflow.json", to_json(request.workflow)
    for name, task_map in request.tasks.items():
        yield f"{workflow.name}/tasks/{name}.json", to_json(task_map)
    for name, archive in request.sandboxes.items():
        yield f"{workflow.name}/sandboxes/{name}", archive


class Written(NamedTuple):
    """The files and folders that a compilation has changed.

    :param files: their paths, in the order of the source.
    :param removed: the folders of workflows that their sources do not define any more.
    """

    files: list[str]
    removed: list[str]


def write(
    workflows: Iterable[CompiledWorkflow],
    directory: str | os.PathLike[str],
    waiting: Callable[[], object] = lambda: None,
) -> Written:
    """Make the folders of ``workflows`` below ``directory`` what they compile to.

    *One switch.*  A workflow's folder is made anew beside its place and exchanged with the old
    one by one rename.  Whenever somebody looks, and wherever the process is killed, it is
    completely old or completely new.  The folders of several workflows are switched one directly
    after the other; if one cannot be, those before it are switched back.  Where the system cannot
    exchange folders (NFS, Windows) there is none for a moment, never a mixture.  All this is about
    processes that end; after a loss of power the file system decides.

    *What is removed.*  The folder's ``.alw.json`` lists what alw wrote.  What is listed
    and not written again is gone: the files of a task that was removed, and all files of a workflow
    that is no longer in the file it was compiled from, if that file is compiled now.  All
    else belongs to users and comes along: files are never missing, folders are for a moment after
    the switch.

    *Taking turns.*  Processes that write in one directory wait for each other, by a lock that
    ends with the process.  Who has it clears what killed processes have left.

    :param waiting: called once if another process writes there for more than a second.
    :raises OSError: if something cannot be written; nothing has changed then.
    """
    root = Path(directory)
    contents = [(workflow, dict(_within(workflow))) for workflow in workflows]
    made: list[Path] = []
    try:
        _make(root, made)
        removed = _switch(root, contents, made, waiting)
    except BaseException:
        for folder in reversed(made):
            with suppress(OSError):  # somebody else has put something there
                folder.rmdir()
        raise
    files = [str(root / workflow.name / path) for workflow, found in contents for path in found]
    return Written(files, removed)


def _within(workflow: CompiledWorkflow) -> Iterator[tuple[str, str | Archive]]:
    for path, content in files_of(workflow):
        yield path.partition("/")[2], content


def _switch(
    root: Path,
    contents: Sequence[tuple[CompiledWorkflow, Mapping[str, str | Archive]]],
    made: list[Path],
    waiting: Callable[[], object],
) -> list[str]:
    """Write ``contents``; return which folders were removed."""
    places = {w.name: Path(os.path.realpath(root / w.name)) for w, _ in contents}
    parents = sorted({Path(os.path.realpath(root)), *(place.parent for place in places.values())})
    with ExitStack() as stack:
        stages: dict[Path, Path] = {}
        for parent in parents:
            _make(parent, made)
            with _shown_as(root):
                if stack.enter_context(hold_lock(parent, waiting)):
                    clear_leftovers(parent)
                stages[parent] = make_stage(parent)
            stack.callback(clear, stages[parent])
        switches = [
            prepare(
                place := places[workflow.name],
                root / workflow.name,
                stages[place.parent],
                Manifest(_relative(workflow.source, place), frozenset(files)),
                files,
            )
            for workflow, files in contents
        ]
        sources = {os.path.realpath(w.source) for w, _ in contents if _is_file(w.source)}
        gone = _gone(Path(os.path.realpath(root)), set(places.values()), sources)
        for place in gone:
            manifest = Manifest(read_manifest(place).source)
            shown = root / place.name
            switches.append(prepare(place, shown, stages[place.parent], manifest, {}))
        perform(switches)
        for place in gone:
            with suppress(OSError):
                if {child.name for child in place.iterdir()} == {MANIFEST}:
                    place.rename(stages[place.parent] / "new" / f"{place.name}~")
                else:
                    (place / MANIFEST).unlink()
    return [str(root / place.name) for place in gone]


@contextmanager
def _shown_as(root: Path) -> Iterator[None]:
    """Have errors name the directory that the user knows."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(root)) from None


def _is_file(source: str) -> bool:
    with suppress(OSError, ValueError):
        return Path(source).is_file()
    return False


def _relative(source: str, place: Path) -> str:
    """Return the path of ``source`` from ``place``; empty if it is no file."""
    with suppress(ValueError):  # on another drive
        if _is_file(source):
            return Path(os.path.relpath(os.path.realpath(source), place)).as_posix()
    return ""


def _gone(root: Path, written: Set[Path], sources: Set[str]) -> list[Path]:
    """Return the folders of workflows that were compiled from ``sources`` and are not any more."""
    same = {place.stat().st_ino for place in written if place.exists()}  # names differ in case
    gone = []
    with os.scandir(root) as found:
        for entry in found:
            if entry.name.startswith(".") or not entry.is_dir(follow_symlinks=False):
                continue
            place = root / entry.name
            source = ""
            with suppress(PermissionError):  # not ours to remove
                source = read_manifest(place).source
            if place in written or not source or place.stat().st_ino in same:
                continue
            if os.path.realpath(place / source) in sources:
                gone.append(place)
    return sorted(gone)


def _make(folder: Path, made: list[Path]) -> None:
    """Make ``folder`` and its parents, noting in ``made`` what did not exist."""
    for missing in reversed([folder, *folder.parents]):
        if not missing.is_dir():
            try:
                missing.mkdir()
            except FileExistsError:
                if missing.is_dir():  # another process was faster
                    continue
                raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), str(missing)) from None
            made.append(missing)
