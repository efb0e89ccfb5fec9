"""The tasks of a worker node, and its answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any


class WorkerError(Exception):
    """A job cannot be started, or its files cannot be stored: the job fails, and this says why.

    :param status: the exit status of the wrapper then (panda-wnscript,
        pandawnutil/wnmisc/error_codes.py).
    """

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


class Wrapper(Enum):
    """The program of panda-wnscript between the pilot and the command."""

    RUN_GEN = "runGen"
    RUN_GEN_IN_CONTAINER = "runGen --preprocess"
    """It writes a script, and the pilot runs that script in the task's image."""
    BUILD_GEN = "buildGen"


def wrapper_of(task_map: Mapping[str, Any]) -> Wrapper:
    """Return the wrapper that JEDI chooses for the jobs of a task.

    ``transPath`` names it, else a word of ``processingType`` does
    (pandajedi/jedirefine/AtlasAnalTaskRefiner.py:31-52).

    :raises WorkerError: for a wrapper other than prun's.
    """
    words = str(task_map.get("processingType") or "").split("-")
    path = str(task_map.get("transPath") or "").rsplit("/", 1)[-1]
    if not path:
        path = "runAthena" if "athena" in words else "runcontainer" if "cont" in words else "runGen"
    if path.startswith("runcontainer"):
        raise WorkerError(
            "'oldContMode' runs the job with the wrapper 'runcontainer', which does not run here; "
            "remove the option"
        )
    if not path.startswith("runGen"):
        raise WorkerError(f"the job's wrapper is '{path}'; only prun's 'runGen' runs here")
    return Wrapper.RUN_GEN_IN_CONTAINER if "multiStepExec" in task_map else Wrapper.RUN_GEN


@dataclass(frozen=True, slots=True)
class Program:
    """A program that runs containers on this machine.

    :param name: ``apptainer``, ``singularity`` or ``docker``.
    :param is_rootless: whether root in its containers is the user outside.
    """

    name: str
    path: str
    is_rootless: bool = False


@dataclass(frozen=True, slots=True)
class Container:
    """An image, and what to run it with."""

    image: str
    program: Program


@dataclass(frozen=True, slots=True)
class WorkerJob:
    """A job, as it reaches the worker node.

    :param parameters: the arguments of the wrapper in one line, everything filled in.
    :param directory: the job's folder, which is made.
    :param sandbox: what the job unpacks: an archive, or the folder that :func:`unpack` or
        :func:`find_built_tree` made of one; ``None`` if there is none.
    :param inputs: the files that are staged in, by their names in the datasets.
    :param container: ``None`` runs the command bare.
    :param memory_mb: the limit of virtual memory of each process.
    :param cores: ``--nCore``.
    """

    parameters: str
    directory: Path
    wrapper: Wrapper = Wrapper.RUN_GEN
    sandbox: Path | None = None
    inputs: Mapping[str, Path] = field(default_factory=dict)
    container: Container | None = None
    memory_mb: int | None = None
    cores: int = 1


@dataclass(frozen=True, slots=True)
class Launch:
    """A process to start, and what to expect of it.

    :param directory: where it starts.
    :param command: what the shell reads, for people.
    :param outputs: the names that the command writes, and the names of the files in the datasets.
    :param optional: the outputs, by their names in the datasets, that may be missing.
    :param work_directory: the folder that has the sandbox.
    :param run_directory: where the command runs and its outputs are; mostly the same.
    :param stop: the command that ends the job beside killing its process group; empty if there
        is none.
    :param notes: what is different from a worker node, in sentences.
    """

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    directory: Path
    command: str
    outputs: Mapping[str, str]
    wrapper: Wrapper
    work_directory: Path
    run_directory: Path
    optional: frozenset[str] = frozenset()
    stop: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def exit_status(self, returncode: int) -> int:
        """Return the status that the wrapper reports, of what :mod:`subprocess` returns."""
        return exit_status(returncode, self.wrapper)


def exit_status(returncode: int, wrapper: Wrapper = Wrapper.RUN_GEN) -> int:
    """Return the exit status that the wrapper reports; 0 is success.

    ``runGen`` takes what ``os.system`` returns, 256 times the status or the number of the signal,
    modulo 255: **255 becomes 0** (runGen.py:654-655).  ``buildGen`` does so with the status itself
    (buildGen.py, ``status %= 255``).  The script of a container has no wrapper around it, and a
    shell says 128 and the signal.

    :param returncode: as :class:`subprocess.Popen` has it, negative for a signal.
    """
    if wrapper is Wrapper.RUN_GEN_IN_CONTAINER:
        return returncode if returncode >= 0 else 128 - returncode
    if wrapper is Wrapper.RUN_GEN and returncode < 0:
        return -returncode
    return returncode % 255
