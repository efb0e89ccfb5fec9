"""From a job to a process that can be started: the folder is made, the command written."""

from __future__ import annotations

import contextlib
import glob
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from shlex import quote

from .launching import launch
from .pilot import LONGEST, apply_pilot
from .specs import Launch, WorkerError, WorkerJob, Wrapper
from .trees import is_below, place
from .wrapper import WrapperArguments, command_of, script_text, shell_text
from .wrapper import wrapper_arguments as read_arguments

#: The folder in the job's that the wrapper makes and runs the command in.
WORK = "workDir"
SCRIPT = "__run_main_exec.sh"
#: A word that a shell leaves as it is, but for the wildcards.
_PLAIN = re.compile(r"[\w./+@%:,=*?\[\]-]+")


def prepare(job: WorkerJob) -> Launch:
    """Make the job's folder, and return what to start in it.

    The folder is the pilot's; the sandbox is unpacked in ``workDir`` below, and the command runs
    there, or in the folder of ``-r``, where the input files are links (runGen.py:173-460).

    :raises WorkerError: where the wrapper would fail before the command runs.
    """
    arguments = read_arguments(apply_pilot(job.parameters))
    directory = Path(os.path.abspath(job.directory))
    work, run = make_folders(directory, job.sandbox, arguments.run_directory)
    command = command_of(arguments, job.inputs, _cores(job.cores))
    inputs = _stage_in(arguments, job.inputs, run)
    before = make_executable(work, run, arguments.script or first_word(arguments.command))
    for name, content in command.lists.items():
        _write_list(run, name, content)
    in_script = job.wrapper is Wrapper.RUN_GEN_IN_CONTAINER
    text = f"{arguments.script} {command.text}"
    if not in_script:
        text = _fit(shell_text(text))
    argv = shell(text)
    if in_script:
        folder = os.path.relpath(run, directory)
        script = script_text(text, quote(str(work)), quote(folder))
        (directory / SCRIPT).write_text(script, "utf-8", newline="")
        argv = ("/bin/sh", SCRIPT)
    variables = {"TestArea": str(work), "TRF_EXEC_HOME_DIR": str(directory)}
    if job.cores > 1:
        variables["ATHENA_CORE_NUMBER"] = variables["ATHENA_PROC_NUMBER"] = str(job.cores)
    started = launch(
        argv, variables, directory if in_script else run, first_in_path=not in_script,
        before=before, memory_mb=job.memory_mb, container=job.container, mine=directory,
        inputs=inputs,
    )  # fmt: skip
    return Launch(
        argv=started.argv,
        environment=started.environment,
        directory=started.directory,
        command=text.strip(),
        outputs=command.outputs,
        wrapper=job.wrapper,
        work_directory=work,
        run_directory=run,
        optional=arguments.optional,
        stop=started.stop,
        notes=(*arguments.notes, *started.notes),
    )


def make_folders(directory: Path, sandbox: Path | None, below: str) -> tuple[Path, Path]:
    """Make the job's folder, ``workDir`` with the sandbox in it, and where the command runs.

    :param below: ``-r``; one level is made if need be (:349-351).
    """
    work = directory / WORK
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if sandbox is None:
            work.mkdir()
        else:
            place(sandbox, work)
    except OSError as error:
        raise WorkerError(f"the folder of the job cannot be made: {error}") from error
    if below == ".":
        return work, work
    if not below:
        raise WorkerError("the wrapper is not told where the command runs: -r is empty")
    run = Path(os.path.realpath(work / below))
    if not is_below(str(run), os.path.realpath(work)):
        raise WorkerError(f"the command would run in '{below}', outside the folder of the job")
    with contextlib.suppress(OSError):
        run.mkdir()
    if not run.is_dir():
        raise WorkerError(f"the command would run in '{below}', and there is no such folder")
    return work, run


def shell(text: str) -> tuple[str, ...]:
    """Return how ``os.system`` starts a shell: its ``$0`` is ``sh``."""
    return ("/bin/sh", "-c", text, "sh")


def make_executable(work: Path, run: Path, word: str) -> str:
    """Make the first word of the command executable, as far as that can be done here.

    The wrapper writes ``chmod +x WORD`` for a shell (:540-543), which may find more in the word
    than the name of a file, and does not care what comes of it.  Nothing outside the job's folder
    is touched.

    :return: what the job's own shell has to do instead.
    """
    if not _PLAIN.fullmatch(word):
        return f"(cd {quote(str(run))} && /bin/sh -c {quote(f'chmod +x {word}')}) >/dev/null 2>&1"
    wild = any(char in word for char in "*?[")
    for name in glob.glob(word, root_dir=run) if wild else (word,):
        with contextlib.suppress(OSError, ValueError):
            path = os.path.realpath(run / name)
            mode = os.stat(path).st_mode
            if stat.S_ISREG(mode) and is_below(path, os.path.realpath(work)):
                os.chmod(path, mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return ""


def first_word(command: str) -> str:
    """Return what the wrapper makes executable.

    :raises WorkerError: if there is none; the wrapper stops there.
    """
    words = command.split(maxsplit=1)
    if not words:
        raise WorkerError("the job has no command")
    return words[0]


def _cores(cores: int) -> Mapping[str, str]:
    """Return the values of ``%CORE_NUMBER`` and ``%PROC_NUMBER`` (:607-608)."""
    if cores > 1:
        return {"CORE_NUMBER": str(cores), "PROC_NUMBER": str(cores)}
    names = ("CORE_NUMBER", "PROC_NUMBER")
    return {name: os.environ.get(f"ATHENA_{name}", "1") for name in names}


def _fit(text: str) -> str:
    length = len(text.encode())
    if length > LONGEST:
        raise WorkerError(
            f"the command is {length // 1024:,} KiB long, and the limit of one argument is "
            f"{LONGEST // 1024 + 1}; give the job fewer files",
            127,
        )
    return text


def _stage_in(
    arguments: WrapperArguments, inputs: Mapping[str, Path], run: Path
) -> tuple[Path, ...]:
    """Link the input files, and return them."""
    files = []
    for name in () if arguments.are_paths else arguments.wanted:
        if name not in inputs:
            continue
        file = os.path.abspath(inputs[name])
        try:
            os.symlink(file, run / name)
        except FileExistsError as error:
            raise WorkerError(
                f"the sandbox has a file '{name}', and so has the input: the wrapper stops there"
            ) from error
        files.append(Path(file))
    with contextlib.suppress(FileNotFoundError, IsADirectoryError, PermissionError):
        (run / "ROOT.py").unlink()  # :517
    return tuple(files)


def _write_list(run: Path, name: str, content: str) -> None:
    """Write the names of a stream's files into a file of the job (:570-603)."""
    path = run / name
    if not name or not is_below(os.path.realpath(path.parent), os.path.realpath(run)):
        raise WorkerError(f"'writeInputToTxt' would write '{name}', outside the job's folder")
    try:
        path.unlink(missing_ok=True)
        path.write_text(content, "utf-8", newline="")
    except OSError as error:
        raise WorkerError(f"'writeInputToTxt' cannot write '{name}': {error}") from error
