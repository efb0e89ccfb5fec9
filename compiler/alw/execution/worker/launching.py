"""The process around the command: its environment, its limit of memory, its container."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from shlex import quote

from .containers import wrap_in_container
from .specs import Container

if sys.platform != "win32":
    import resource


_BIN = "tmp_bin"


@dataclass(frozen=True, slots=True)
class Started:
    """A process that :class:`Launch` has started."""

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    directory: Path
    stop: tuple[str, ...]
    notes: tuple[str, ...]


def launch(
    argv: tuple[str, ...],
    variables: Mapping[str, str],
    directory: Path,
    *,
    mine: Path,
    first_in_path: bool = True,
    before: str = "",
    memory_mb: int | None = None,
    container: Container | None = None,
    inputs: Sequence[Path] = (),
) -> Started:
    """Return how to start ``argv``.

    :param variables: what the wrapper sets.
    :param mine: the job's folder.
    :param first_in_path: whether the working directory is first in ``PATH`` (:493).
    :param before: what a shell does before.
    :param inputs: the files that the links in the folder lead to.
    """
    prologue: list[str] = []
    notes: list[str] = []
    environment = user_environment()
    if container is None:
        environment.update(variables)
        path = _with_python(environment.get("PATH", os.defpath), mine)
        environment["PATH"] = f".:{path}" if first_in_path else path
    else:
        prologue += [f"export {name}={quote(value)}" for name, value in variables.items()]
        if first_in_path:
            prologue += [_python_in_container(mine / _BIN), "export PATH=.:$PATH"]
    if memory_mb is not None:
        if sys.platform == "linux":
            prologue.append(f"ulimit -v {_kilobytes(memory_mb)}")
        else:
            notes.append("there is no limit of memory: this system has none for a process")
    if before:
        prologue.append(before)
    if prologue:
        argv = ("/bin/sh", "-c", "; ".join([*prologue, 'exec "$@"']), "sh", *argv)
    stop: tuple[str, ...] = ()
    if container is not None:
        argv, stop = wrap_in_container(container, argv, directory, mine, inputs)
    return Started(argv, environment, directory, stop, tuple(notes))


def user_environment() -> dict[str, str]:
    """Return the variables of the user's own shell, without what Python's start adds to them."""
    return {name: value for name, value in os.environ.items() if name != "__PYVENV_LAUNCHER__"}


def _with_python(path: str, mine: Path) -> str:
    """Return ``PATH``, with a folder in front that has ``python`` if no other has.

    The shell script around the wrapper makes it of ``python3`` then (panda-wnscript,
    template/zipheader), and the command runs with it.
    """
    python = _stand_in(path)
    if python is None:
        return path
    folder = mine / _BIN
    folder.mkdir(exist_ok=True)
    with suppress(FileExistsError):
        (folder / "python").symlink_to(python)
    return f"{folder}:{path}"


@lru_cache(maxsize=8)
def _stand_in(path: str) -> str | None:
    if shutil.which("python", path=path):
        return None
    return shutil.which("python3", path=path) or shutil.which("python2", path=path)


def _python_in_container(folder: Path) -> str:
    bin = quote(str(folder))
    return (
        f"command -v python >/dev/null || {{ mkdir -p {bin}; "
        f'ln -fs "$(command -v python3 || command -v python2)" {bin}/python; '
        f"export PATH={bin}:$PATH; }}"
    )


def _kilobytes(memory_mb: int) -> int:
    """Return the limit, or the one that is already set if it is lower: ``ulimit`` would fail."""
    wanted = memory_mb * 1024
    highest = resource.getrlimit(resource.RLIMIT_AS)[1]
    return wanted if highest == resource.RLIM_INFINITY else min(wanted, highest // 1024)
