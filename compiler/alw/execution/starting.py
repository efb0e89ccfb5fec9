"""Checks before a run starts, and its folder."""

from __future__ import annotations

import glob
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..text.plural import count
from ..text.suggest import did_you_mean
from .catalog import StoredFile
from .engine.idds_library import NotInstalled, library
from .events import Show
from .history import History
from .jedi import (
    InputFile,
    NotRetold,
    datasets_read,
    datasets_written,
    split_into_jobs,
    strip_scope,
)
from .pool import kill_leftovers
from .reporting import PAGE, RECORD, TABLE, Reporter
from .run_limits import Limits
from .runner import Runner
from .store import FILE, LOCK, LockedStore, Store, UnusableStore, open_store
from .worker import Program, WorkerError, find_container_program, wrapper_of

if TYPE_CHECKING:
    from ..driver.result import CompiledWorkflow

Data = Sequence[tuple[str, str]]
#: The folders that a run makes in its own.
_MADE = ("iterations", "data", "sandboxes")
_MARKER = re.compile("___idds___[A-Za-z0-9_]+?___")
_SOME_FILE = InputFile("file", 1)


class CannotRun(Exception):
    """A run cannot start, or not go on.

    :param message: what is wrong.
    :param help: what to do.
    """

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


def start(
    workflow: CompiledWorkflow,
    folder: Path,
    data: Data,
    limits: Limits,
    show: Show,
    *,
    resume: bool = False,
    restart: bool = False,
    containers: bool = True,
) -> History:
    """Run a workflow in ``folder``.

    :param data: names of datasets that no task makes, with patterns of files on this machine.
    :param resume: go on with the run that is there, if there is one.
    :param restart: remove the run that is there.
    :param containers: whether jobs run in the images that their tasks name.
    :raises CannotRun: if it cannot start, or not go on.
    """
    try:
        library()
    except NotInstalled as error:
        raise CannotRun(str(error), error.help) from None
    _check_tasks(workflow)
    given = _find_given_files(workflow, data)
    program = _choose_container_program(workflow) if containers else None
    folder = folder.absolute()
    ours = (folder / FILE).is_file() and (folder / LOCK).is_file()
    elsewhere = "choose another folder with -o"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open_store(folder, anew=restart and ours) as store:
            _take_over(workflow, folder, store, resume, restart and ours)
            try:
                return _run(workflow, folder, store, given, limits, program, show)
            except (OSError, sqlite3.OperationalError) as error:
                why = f"the run cannot go on: {_explain_error(error)}"
                raise CannotRun(why, "go on with --resume") from None
    except LockedStore:
        raise CannotRun(
            f"another run goes on in '{folder}'", f"wait for it, or {elsewhere}"
        ) from None
    except UnusableStore as error:
        raise CannotRun(str(error), "--restart removes it" if ours else elsewhere) from None
    except (OSError, sqlite3.OperationalError) as error:
        raise CannotRun(f"cannot run in '{folder}': {_explain_error(error)}", elsewhere) from None


def _run(
    workflow: CompiledWorkflow,
    folder: Path,
    store: Store,
    given: Mapping[str, Sequence[StoredFile]],
    limits: Limits,
    program: Program | None,
    show: Show,
) -> History:
    reporter = Reporter(workflow, folder)
    showing = reporter.wrap(show)
    runner = Runner(workflow, folder, store, given, limits, program, showing)
    reporter.history = runner.history
    return runner.run()


def _explain_error(error: OSError | sqlite3.Error) -> str:
    """Return an error in words, with the name of the file."""
    if not isinstance(error, OSError):
        return str(error)
    name = f" '{error.filename}'" if error.filename else ""
    return f"{error.strerror or error}{name}"


def _take_over(
    workflow: CompiledWorkflow, folder: Path, store: Store, resume: bool, restart: bool
) -> None:
    """Have the folder ready for a run.

    :raises CannotRun: if there is a run that must not be touched.
    """
    if restart:
        kill_leftovers(folder)
        for name in _MADE:
            shutil.rmtree(folder / name, ignore_errors=True)
        for name in (PAGE, TABLE, RECORD):
            (folder / name).unlink(missing_ok=True)
        return
    before = store.get("workflow")
    if before is None:
        return
    if not resume:
        raise CannotRun(
            f"there is a run in '{folder}' already",
            "go on with it by --resume (what has not changed does not run again),"
            " or begin anew with --restart",
        )
    if before != workflow.name:
        raise CannotRun(
            f"the run in '{folder}' is one of workflow '{before}', not of '{workflow.name}'",
            "choose another folder with -o",
        )
    kill_leftovers(folder)


def _check_tasks(workflow: CompiledWorkflow) -> None:
    """Check that every task is one that can run here.

    :raises CannotRun: if one is not.
    """
    for name, task_map in workflow.tasks.items():
        try:
            split_into_jobs(
                json.loads(_MARKER.sub("1", json.dumps(task_map))), lambda _: (_SOME_FILE,)
            )
            wrapper_of(task_map)
        except (NotRetold, WorkerError) as error:
            raise CannotRun(f"task '{name}' cannot run on this machine: {error}") from None


def _find_given_files(workflow: CompiledWorkflow, data: Data) -> Mapping[str, Sequence[StoredFile]]:
    """Return the files of the datasets that no task makes.

    :raises CannotRun: if there are none for one of them.
    """
    made = {name for task_map in workflow.tasks.values() for name in datasets_written(task_map)}
    wanted: dict[str, list[str]] = {}
    for task, task_map in workflow.tasks.items():
        for name in datasets_read(task_map):
            if name not in made and "___idds___" not in name:
                wanted.setdefault(name, []).append(task)
    given: dict[str, list[StoredFile]] = {}
    for name, pattern in data:
        name = strip_scope(name)
        if name not in wanted:
            known = f"it reads {', '.join(wanted)}" if wanted else "it reads none that is not made"
            raise CannotRun(
                f"no task reads the dataset '{name}'", did_you_mean(name, list(wanted), known)
            )
        found = list(_find_matching_files(pattern))
        if not found:
            raise CannotRun(f"no file matches '{pattern}' (dataset '{name}')")
        given.setdefault(name, []).extend(found)
    missing = [name for name in wanted if name not in given]
    if missing:
        listed = "".join(f"\n  {name}  (task {', '.join(wanted[name])})" for name in missing)
        raise CannotRun(
            f"it needs files for {count(len(missing), 'dataset')}:{listed}",
            f"say where they are: --data '{missing[0]}=FOLDER/*'",
        )
    return given


def _find_matching_files(pattern: str) -> Iterator[StoredFile]:
    """Return the files that a pattern means; a folder means those in it.

    :raises CannotRun: if one cannot be read.
    """
    if Path(pattern).is_dir():
        pattern = f"{glob.escape(pattern)}/*"
    names: set[str] = set()
    for path in map(Path, sorted(glob.glob(pattern))):  # noqa: PTH207
        if not path.is_file():
            continue
        try:
            file = StoredFile.at(path)
        except OSError as error:
            raise CannotRun(f"cannot read '{path}': {error.strerror}") from None
        if file.name in names:
            raise CannotRun(f"two files are called '{file.name}': a dataset has one of a name")
        names.add(file.name)
        yield file


def _choose_container_program(workflow: CompiledWorkflow) -> Program | None:
    """Return what runs containers, if a task needs one.

    :raises CannotRun: if there is none.
    """
    images = {
        task: str(image)
        for task, task_map in workflow.tasks.items()
        if (image := task_map.get("container_name"))
    }
    if not images:
        return None
    found = find_container_program()
    if found is None:
        task, image = next(iter(images.items()))
        raise CannotRun(
            f"task '{task}' runs in the container '{image}', and neither apptainer, singularity"
            " nor docker can be used here",
            "install one of them, or run the jobs without: --no-container",
        )
    return found
