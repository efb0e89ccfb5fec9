"""One job: its folder, its process, and its outputs put into their datasets."""

from __future__ import annotations

import errno
import signal
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from .catalog import StoredFile
from .jedi import JobPlan
from .pool import Ended, Processes
from .worker import (
    BuildJob,
    WorkerError,
    WorkerJob,
    find_built_tree,
    prepare,
    prepare_build,
    stage_out,
)
from .worker.specs import Launch

#: Errors that no job is to blame for: the run stops, and goes on when there is room.
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Job:
    """A job that is to run.

    :param task: PanDA's name of its task.
    :param serial: its number in the task; 0 is the build.
    :param plan: ``None`` for the build.
    :param work: what the worker node gets.
    :param data: the folder of all datasets.
    :param seconds: the limit of its time.
    """

    task: str
    serial: int
    plan: JobPlan | None
    work: WorkerJob | BuildJob
    data: Path
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a job.

    :param command: what the shell was given.
    :param reason: why it has failed; empty if it has not.
    :param outputs: its files, with the datasets that they are in.
    :param notes: what is not as on the grid, in sentences.
    """

    job: Job
    command: str
    exit_status: int | None
    reason: str
    ended_at: float
    outputs: tuple[tuple[str, StoredFile], ...] = field(default=())
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """True if PanDA sees a finished job."""
        return not self.reason


def run_job(job: Job, processes: Processes) -> Outcome:
    """Run a job to its end.

    :raises OSError: if the disk is full.
    """
    outcome = partial(Outcome, job)
    command = ""
    try:
        launch = _prepare(job)
        command = launch.command
        ended = processes.run(launch, job.work.directory, job.seconds)
        status = launch.exit_status(ended.status)
        reason = _reason(ended, status, job)
        outputs: tuple[tuple[str, StoredFile], ...] = ()
        if not reason and job.plan is not None:
            places = {output.name: job.data / output.dataset for output in job.plan.outputs}
            staged = stage_out(launch, places)
            if staged.missing:
                reason = f"it did not write {', '.join(staged.missing)}"
            else:
                outputs = tuple(
                    (output.dataset, StoredFile.at(path))
                    for output in job.plan.outputs
                    for path in staged.files.get(output.name, ())
                )
        elif not reason and isinstance(job.work, BuildJob):
            find_built_tree(job.work)
    except WorkerError as error:
        if isinstance(error.__cause__, OSError) and error.__cause__.errno in _FULL:
            raise error.__cause__ from None
        return outcome(command, error.status, str(error), time.time())
    except OSError as error:
        if error.errno in _FULL:
            raise
        name = f" '{error.filename}'" if error.filename else ""
        reason = f"it cannot run:{name} {error.strerror or error}"
        return outcome(command, None, reason, time.time())
    return outcome(command, status, reason, time.time(), outputs, launch.notes)


def _prepare(job: Job) -> Launch:
    return prepare_build(job.work) if isinstance(job.work, BuildJob) else prepare(job.work)


def _reason(ended: Ended, status: int, job: Job) -> str:
    if ended.expired:
        return f"it took longer than {job.seconds:g} s"
    if ended.status < 0:
        try:
            name = signal.Signals(-ended.status).name
        except ValueError:
            name = "a signal"
        return f"{name} (signal {-ended.status}) killed it"
    return f"its exit status is {status}" if status else ""
