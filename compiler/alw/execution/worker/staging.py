"""The end of a job: its outputs go into their datasets."""

from __future__ import annotations

import filecmp
import glob
import os
import re
import shutil
import stat
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .specs import Launch, WorkerError
from .trees import is_below

_REGEX = "regex|"


@dataclass(frozen=True, slots=True)
class Staged:
    """The outputs of a job after staging out.

    :param missing: those that it was to write and has not, by the names that the command has for
        them: the job fails, and nothing was moved.
    :param files: the new files, by the name in :attr:`Launch.outputs`' values: none for an output
        that may be missing, any number for one with ``regex|``.
    """

    missing: tuple[str, ...] = ()
    files: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)


def stage_out(launch: Launch, to: Mapping[str, Path]) -> Staged:
    """Move the outputs of a job that ended well into the folders of their datasets.

    As the wrapper does (runGen.py:737-836): a plain name must be there; ``*`` makes an archive of
    what it matches, even of nothing; ``regex|`` takes every file that it matches, under its own
    name.

    :param to: the folder for each name in :attr:`Launch.outputs`' values.
    :raises WorkerError: when a file cannot be stored.
    """
    run, outputs = launch.run_directory, launch.outputs
    if homeless := [name for name, real in outputs.items() if real not in to]:
        raise WorkerError(f"the task has no dataset for the output '{homeless[0]}'")
    plain = {name: real for name, real in outputs.items() if _is_plain(name)}
    there = {name: real for name, real in plain.items() if (run / name).exists()}
    missing = [n for n, real in plain.items() if n not in there and real not in launch.optional]
    if missing:
        return Staged(tuple(missing))
    for name in there:
        _check_file(run / name, launch.work_directory)
    moves: dict[str, list[tuple[Path, Path]]] = {
        real: [(run / name, to[real] / real)] for name, real in there.items()
    }
    taken = {run / name for name in there}
    try:
        for name, real in outputs.items():
            if name.startswith(_REGEX):
                found = list(_matching(run, name, taken))
                moves[real] = [(file, to[real] / file.name) for file in found]
                _check_new(moves[real])
            elif name not in plain:
                made = _archive(launch, name, real, taken)
                moves[real] = [(made, to[real] / real)]
        for file, target in (move for some in moves.values() for move in some):
            target.parent.mkdir(parents=True, exist_ok=True)
            _move(file, target)
    except (OSError, tarfile.TarError) as error:
        raise WorkerError(f"an output cannot be stored: {error}") from error
    return Staged((), {real: tuple(t for _, t in some) for real, some in moves.items()})


def _is_plain(name: str) -> bool:
    return "*" not in name and not name.startswith(_REGEX)


def _check_file(path: Path, work: Path) -> None:
    """Report what the wrapper moves and the pilot then cannot send."""
    target = os.path.realpath(path)
    if not stat.S_ISREG(os.stat(target).st_mode):
        raise WorkerError(f"the output '{path.name}' is no file: PanDA stores files, not folders")
    if path.is_symlink() and is_below(target, os.path.realpath(work)):
        raise WorkerError(
            f"the output '{path.name}' is a link to '{os.readlink(path)}' in the job's folder, "
            "which is gone when the pilot sends the file: copy the file instead"
        )


def _matching(run: Path, pattern: str, taken: set[Path]) -> Iterator[Path]:
    """Yield the files that match, as ``re.search`` does; links are inputs."""
    try:
        wanted = re.compile(pattern.removeprefix(_REGEX))
    except re.error as error:
        raise WorkerError(f"the output '{pattern}' is no regular expression: {error}") from error
    for name in sorted(os.listdir(run)):
        path = run / name
        if path not in taken and wanted.search(name) and stat.S_ISREG(path.lstat().st_mode):
            taken.add(path)
            yield path


def _archive(launch: Launch, pattern: str, name: str, taken: set[Path]) -> Path:
    """Return an archive of what ``pattern`` matches, without what is an output by itself."""
    run = launch.run_directory
    path = launch.work_directory.parent / f".{name}"
    with tarfile.open(path, "w:gz", compresslevel=6) as tar:
        for member in sorted(glob.glob(pattern, root_dir=run)):
            if run / member not in taken:
                tar.add(run / member, arcname=member)
    return path


def _check_new(moves: list[tuple[Path, Path]]) -> None:
    """Rucio refuses a file under a name that another has; JEDI does not number these names."""
    for file, target in moves:
        if target.exists() and not filecmp.cmp(file, target, shallow=False):
            raise WorkerError(
                f"another job has written '{target.name}' into the dataset '{target.parent.name}': "
                "the names of an output with 'regex|' must differ from job to job"
            )


def _move(file: Path, target: Path) -> None:
    if file.is_symlink():  # to an input, maybe: what it leads to is stored
        _copy(file, target)
        file.unlink()
        return
    try:
        file.replace(target)
    except OSError:  # another file system
        _copy(file, target)
        file.unlink()


def _copy(file: Path, target: Path) -> None:
    part = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(file, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
