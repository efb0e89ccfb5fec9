"""Run one job."""

import contextlib
import os
import signal
import stat
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alw.execution.jedi import NotRetold as NotRetoldError
from alw.execution.jedi import fill, job_parameters
from tests.oracles.worker_node.wrapper import (
    command_text,
    container_file,
    python_file,
    through_the_pilot,
    wrapper_arguments,
)

TIMEOUT = 120.0


@dataclass(frozen=True, slots=True)
class Job:
    """How a job ended."""

    status: int
    """Of the command, after the wrapper's ``% 255``."""
    missing: tuple[str, ...]
    """Outputs that the command did not leave: the job fails without them."""
    stdout: str
    stderr: str
    files: Mapping[str, bytes]
    """What is uploaded, by the names that the command gave; nothing of a failed job."""

    @property
    def ok(self) -> bool:
        """Whether PanDA sees a finished job."""
        return self.status == 0 and not self.missing


def run_job(
    task_map: Mapping[str, Any],
    directory: Path,
    *,
    inputs: Mapping[str, Sequence[str]] | None = None,
    shell: str = "/bin/sh",
    values: Mapping[str, object] | None = None,
    iteration: int | None = None,
    serial: int = 1,
    container: bool = False,
    environment: Mapping[str, str] | None = None,
) -> Job:
    """Run a job of a task, in ``directory``, which holds its sandbox and its input files.

    :param inputs: the files of each stream.
    :param shell: what stands for ``/bin/sh``.  ``/bin/sh`` itself is reached as on the grid, with
        ``os.system``.
    :param values: the values of loop parameters, which iDDS inserts.
    :param iteration: the iteration's number, likewise.
    :param serial: the job's number in its task.
    :param container: run ``__run_main_exec.sh``, as in a container.
    :param environment: variables to set; otherwise the environment is that of the tests, with the
        tests' own Python first in ``PATH``.
    """
    filled = fill(task_map, values or {}, iteration)
    words = through_the_pilot(job_parameters(filled, inputs, serial))
    arguments = wrapper_arguments(words)
    if not arguments.command.strip():
        raise ValueError("no command: the wrapper would fail on its first word")
    if any("*" in name or name.startswith("regex|") for name in arguments.outputs):
        raise NotRetoldError("outputs by pattern")
    text = command_text(arguments, directory)
    _make_executable(directory, arguments.script or arguments.command.split()[0])
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST", "COV"))}
    variables = {**clean, "TestArea": str(directory), "PATH": path, **(environment or {})}
    if container:
        script = directory / "__run_main_exec.sh"
        script.write_text(container_file(text), "utf-8", newline="")
        command = [shell, script.name]
    else:
        variables["PATH"] = f".:{variables['PATH']}"
        script = directory / f"trf.{uuid.uuid4()}.py"
        script.write_text(python_file(text, shell), "utf-8", newline="")
        command = [sys.executable, "-ISu", script.name]
    code, stdout, stderr = _run(command, directory, variables)
    script.unlink(missing_ok=True)
    status = -code if code < 0 else code if container else code % 255
    missing = tuple(name for name in arguments.outputs if not (directory / name).exists())
    files: dict[str, bytes] = {}
    if status == 0 and not missing:
        files = {name: (directory / name).read_bytes() for name in arguments.outputs}
    return Job(status, missing, stdout, stderr, files)


def _make_executable(directory: Path, word: str) -> None:
    """The wrapper does so to the command's first word, and does not care whether it can."""
    if word.startswith("/") or ".." in word:
        return  # of the machine the tests run on
    script = directory / word
    with contextlib.suppress(OSError, ValueError):
        script.chmod(script.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def _run(
    command: Sequence[str], directory: Path, variables: Mapping[str, str]
) -> tuple[int, str, str]:
    """In a session of its own, so that what the command leaves in the background ends, too.

    Output goes to files, as in the wrapper: a pipe would stay open in the background.
    """
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        process = subprocess.Popen(
            command, cwd=directory, env=variables, stdin=subprocess.DEVNULL, stdout=stdout,
            stderr=stderr, start_new_session=True,
        )  # fmt: skip
        try:
            code = process.wait(TIMEOUT)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        texts = []
        for stream in (stdout, stderr):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
    return code, texts[0], texts[1]
