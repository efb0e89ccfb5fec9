"""The build job, ``buildGen``: it runs once for a task, and its jobs get what it leaves.

Line numbers are of panda-wnscript 96788a6, src/buildgen/buildGen.py.
"""

from __future__ import annotations

import getopt
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from .job import WORK, first_word, make_executable, make_folders, shell
from .launching import launch
from .pilot import apply_pilot
from .specs import Container, Launch, WorkerError, Wrapper

_WITH_VALUE = (
    "accessmode", "bexec", "cmtConfig", "envvarFile", "lfcHost", "manaVer", "newPrefix",
    "oldPrefix", "rootVer", "sourceURL",
)  # fmt: skip
_WITHOUT_VALUE = (
    "debug", "directIn", "noCompile", "noTarballDownload", "pilotpars", "useAthenaPackages",
    "useCMake", "useFileStager", "useMana", "useRootCore",
)  # fmt: skip
_NOT_HERE = {
    "useAthenaPackages": "the Athena release is not set up here, and its packages are not compiled",
    "rootVer": "ROOT is not set up here",
    "useRootCore": "RootCore is not set up here",
}
#: Under the job's folder: what the archive would hold.
_TREE = "library"


@dataclass(frozen=True, slots=True)
class BuildJob:
    """A build.

    :param parameters: ``buildSpec``'s ``jobParameters``, everything filled in.
    :param directory: the folder of the build, which is made.
    :param sandbox: an archive, or the folder that :func:`unpack` made of one.
    """

    parameters: str
    directory: Path
    sandbox: Path | None
    container: Container | None = None
    memory_mb: int | None = None


def prepare_build(job: BuildJob) -> Launch:
    """Make the folder of the build, and return what to start in it.

    :func:`find_built_tree` follows.

    ``--bexec`` goes to the shell as it is, no Python file is around it (:186-208).  Without it
    there is nothing to do, and the command is ``:``.

    :raises WorkerError: where the wrapper would fail before the command runs.
    """
    found = _arguments(apply_pilot(job.parameters))
    command = unquote(found.get("bexec", ""))
    directory = Path(os.path.abspath(job.directory))
    work, run = make_folders(directory, job.sandbox, found.get("r", "") if command else ".")
    before = ""
    if command:
        before = make_executable(work, run, first_word(command))
    started = launch(
        shell(command or ":"), {"TRF_EXEC_HOME_DIR": str(directory)}, run,
        before=before, memory_mb=job.memory_mb, container=job.container, mine=directory,
    )  # fmt: skip
    notes = (why for name, why in _NOT_HERE.items() if name in found)
    return Launch(
        argv=started.argv,
        environment=started.environment,
        directory=started.directory,
        command=command,
        outputs={},
        wrapper=Wrapper.BUILD_GEN,
        work_directory=work,
        run_directory=run,
        stop=started.stop,
        notes=(*notes, *started.notes),
    )


def find_built_tree(job: BuildJob) -> Path:
    """Return the folder that the jobs of the task unpack, after the build has ended well.

    The archive that the wrapper makes has what ``*`` matches (:227-230): no hidden file at the top.
    """
    work = Path(os.path.abspath(job.directory)) / WORK
    tree = work.with_name(_TREE)
    tree.mkdir(exist_ok=True)
    for path in list(work.iterdir()):
        if not path.name.startswith("."):
            path.rename(tree / path.name)
    return tree


def _arguments(words: list[str]) -> dict[str, str]:
    long = [*_WITHOUT_VALUE, *(f"{name}=" for name in _WITH_VALUE)]
    try:
        options, _ = getopt.getopt(words, "i:o:u:r:", long)
    except getopt.GetoptError as error:
        raise WorkerError(f"the wrapper of builds does not read its arguments: {error}") from error
    return {name.lstrip("-"): value for name, value in options}
