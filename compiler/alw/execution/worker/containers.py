"""Containers: which program of this machine can run them, and how."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path

from .specs import Container, Program, WorkerError

#: The variable by which the processes of a run are found; docker takes its value from outside.
MARK = "ALW_JOB"
_TIMEOUT = 20
_APPTAINER = ("apptainer", "singularity")


def find_container_program() -> Program | None:
    """Return the program that runs containers here, ``None`` if there is none that does.

    One that is installed but cannot be used, such as docker without its daemon, does not count.
    """
    for name in (*_APPTAINER, "docker"):
        path = shutil.which(name)
        if path is None:
            continue
        command = ["--version"] if name in _APPTAINER else ["info", "--format", "{{json .}}"]
        try:
            done = subprocess.run(
                [path, *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, check=False, timeout=_TIMEOUT,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:
            return Program(name, path, is_rootless=b"name=rootless" in done.stdout)
    return None


def wrap_in_container(
    container: Container,
    argv: Sequence[str],
    directory: Path,
    mine: Path,
    inputs: Sequence[Path],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the command that runs ``argv`` in a container, and the one that stops it.

    The container has the job's folder and reads the folders of the input files, under the same
    paths as outside; of the rest of this machine it has nothing, like on the grid.

    :param directory: where the command starts.
    :param mine: the job's folder.
    :param inputs: the input files.
    :raises WorkerError: if the program cannot run the image.
    """
    program, image = container.program, container.image
    if not image or image.startswith("-") or any(char.isspace() for char in image):
        raise WorkerError(f"'{image}' is no name of an image")
    read = _list_mounts(inputs)
    if program.name in _APPTAINER:
        scratch = mine / ".container"
        scratch.mkdir(exist_ok=True)
        return (
            program.path, "exec", "--containall", "--workdir", str(scratch),
            "--bind", _colons(mine, ""),
            *(word for path in read for word in ("--bind", _colons(path, "ro"))),
            "--pwd", str(directory), _image_for_apptainer(image), *argv,
        ), ()  # fmt: skip
    name = f"alw-{uuid.uuid4()}"
    user = () if program.is_rootless else ("--user", f"{os.getuid()}:{os.getgid()}")
    return (
        program.path, "run", "--rm", "--name", name, *user, "--env", "HOME=/tmp",
        "--env", MARK,
        "--mount", _mount(mine, False),
        *(word for path in read for word in ("--mount", _mount(path, True))),
        "--workdir", str(directory), "--entrypoint", argv[0],
        _image_for_docker(image), *argv[1:],
    ), (program.path, "rm", "--force", name)  # fmt: skip


def _list_mounts(inputs: Iterable[Path]) -> list[Path]:
    """Return what to bind so that the links to the inputs lead somewhere.

    A file may itself be a link, so both ends are needed.  The folders are bound, as there may be
    thousands of files; but a folder at the top, ``/tmp`` or ``/usr``, would hide the image's own.
    """
    found = dict[Path, None]()
    for file in inputs:
        for path in (file, Path(os.path.realpath(file))):
            folder = path.parent
            found[folder if len(folder.parts) > 2 else path] = None
    return list(found)


def _image_for_apptainer(image: str) -> str:
    if "://" in image or os.path.exists(image):
        return image
    if image.startswith(("/", ".")):
        raise WorkerError(f"there is no image '{image}' on this machine")
    return f"docker://{image}"


def _image_for_docker(image: str) -> str:
    scheme, found, name = image.partition("://")
    if (found and scheme != "docker") or image.startswith(("/", ".")) or image.endswith(".sif"):
        raise WorkerError(
            f"docker cannot run the image '{image}', which is for apptainer: install apptainer, or "
            "run without containers"
        )
    return name if found else image


def _colons(path: Path, mode: str) -> str:
    text = str(path)
    if ":" in text or "," in text:
        raise WorkerError(f"apptainer cannot bind '{text}': a path with a colon or a comma")
    return f"{text}:{text}:{mode}" if mode else f"{text}:{text}"


def _mount(path: Path, is_read_only: bool) -> str:
    """Docker reads the option as a line of CSV."""
    line = io.StringIO()
    fields = ["type=bind", f"source={path}", f"target={path}"]
    csv.writer(line, lineterminator="").writerow([*fields, *(["readonly"] if is_read_only else [])])
    return line.getvalue()
