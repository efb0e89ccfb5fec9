"""Run one job in a folder that a test has filled, with a shell that the test chooses."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alw.execution.jedi import fill_markers, job_parameters
from alw.execution.worker import Wrapper, exit_status
from alw.execution.worker.job import SCRIPT, make_executable
from alw.execution.worker.pilot import apply_pilot
from alw.execution.worker.wrapper import (
    WrapperArguments,
    command_of,
    script_text,
    shell_text,
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


def command_text(arguments: WrapperArguments, directory: Path) -> str:
    """The command with the names of the input files in it that are in ``directory``."""
    there = [path.name for path in directory.iterdir()]
    return f"{arguments.script} {command_of(arguments, there).text}"


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
    :param shell: what stands for ``/bin/sh``.
    :param values: the values of loop parameters, which iDDS inserts.
    :param iteration: the iteration's number, likewise.
    :param serial: the job's number in its task.
    :param container: run ``__run_main_exec.sh``, as in a container.
    :param environment: variables to set; otherwise the environment is that of the tests, with the
        tests' own Python first in ``PATH``.
    """
    filled = fill_markers(task_map, values or {}, iteration)
    arguments = wrapper_arguments(apply_pilot(job_parameters(filled, inputs, serial)))
    if not arguments.command.strip():
        raise ValueError("no command: the wrapper would fail on its first word")
    if any("*" in name or name.startswith("regex|") for name in arguments.outputs):
        raise NotImplementedError("outputs by pattern")
    text = command_text(arguments, directory)
    before = make_executable(directory, directory, arguments.script or arguments.command.split()[0])
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST", "COV"))}
    variables = {**clean, "TestArea": str(directory), "PATH": path, **(environment or {})}
    script = directory / SCRIPT
    if container:
        script.write_text(script_text(text, ".", "."), "utf-8", newline="")
        command = [shell, script.name]
    else:
        variables["PATH"] = f".:{variables['PATH']}"
        command = [shell, "-c", shell_text(text)]
    if before:
        _run(["/bin/sh", "-c", before], directory, variables)
    code, stdout, stderr = _run(command, directory, variables)
    script.unlink(missing_ok=True)
    status = exit_status(code, Wrapper.RUN_GEN_IN_CONTAINER if container else Wrapper.RUN_GEN)
    missing = tuple(name for name in arguments.outputs if not (directory / name).exists())
    files: dict[str, bytes] = {}
    if status == 0 and not missing:
        files = {name: (directory / name).read_bytes() for name in arguments.outputs}
    return Job(status, missing, stdout, stderr, files)


def _run(
    command: Sequence[str], directory: Path, variables: Mapping[str, str]
) -> tuple[int, str, str]:
    """In a session of its own, so that what the command leaves in the background ends, too.

    Output goes to files: a pipe would stay open in the background.
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
