"""``alw run``: the loop on this machine."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ....text.display import clean
from ...emit import find_exit_status, say_error, say_help, show_report
from ...programs import read
from ...wording import summarize

if TYPE_CHECKING:
    from ....driver.result import CompiledWorkflow
    from ....execution.run_limits import Limits

FAST_JOBS = 2
FAST_ITERATIONS = 3
#: After Ctrl-C, as shells have it.
INTERRUPTED = 130
_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of ``alw run`` other than those for compiling.

    :param folder: where to run; ``None``: ``runs/<workflow>``.
    :param form: ``text``, ``jsonl`` or ``quiet``.
    """

    folder: str | None
    data: tuple[tuple[str, str], ...]
    resume: bool
    restart: bool
    jobs: int | None
    time_limit: float | None
    memory_limit: int | None
    attempts: int
    fast: bool
    jobs_per_task: int | None
    iterations: int | None
    containers: bool
    form: str

    def limits(self) -> Limits:
        """Return how much the run may do."""
        from ....execution.run_limits import Limits, count_processors

        return Limits(
            self.jobs or count_processors(),
            self.time_limit,
            self.memory_limit,
            self.attempts,
            self.jobs_per_task or (FAST_JOBS if self.fast else None),
            self.iterations or (FAST_ITERATIONS if self.fast else None),
        )


def run_file(
    file: str,
    settings: Sequence[tuple[str, str]],
    params: str | None,
    strict: bool,
    name: str | None,
    options: RunOptions,
) -> int:
    """Compile a file and run a workflow of it; return the exit status."""
    workflow = compile_workflow([file], settings, params, strict, name)
    return workflow if isinstance(workflow, int) else run(workflow, options)


def compile_workflow(
    files: Sequence[str],
    settings: Sequence[tuple[str, str]],
    params: str | None,
    strict: bool,
    name: str | None,
) -> CompiledWorkflow | int:
    """Return the workflow that is meant, compiled; or the exit status, the errors being shown.

    :raises click.UsageError: if it is not clear which is meant.
    """
    from ....execution.api import choose

    programs = read(files, settings, params, "idds-2", strict)
    result = programs.compile()
    if not result.ok:
        closing = f"{summarize(result.diagnostics, len(programs.files))}; nothing runs"
        show_report(result.diagnostics, "text", closing, err=True)
        return find_exit_status(result.diagnostics, ok=False)
    if result.diagnostics:
        show_report(result.diagnostics, "text", "", err=True)
    try:
        return choose(result, name, files[0])
    except ValueError as error:
        advice = "; choose with --workflow" if name is None else ""
        raise click.UsageError(f"{clean(str(error))}{advice}") from None


def run(workflow: CompiledWorkflow, options: RunOptions) -> int:
    """Run a workflow; return the exit status."""
    from ....execution.history import End
    from ....execution.starting import CannotRun, start
    from .progress import choose_progress

    folder = Path(options.folder or f"runs/{workflow.name}")
    try:
        with _handle_termination(), choose_progress(options.form) as view:
            history = start(
                workflow,
                folder,
                options.data,
                options.limits(),
                view.show,
                resume=options.resume,
                restart=options.restart,
                containers=options.containers,
            )
    except CannotRun as error:
        say_error(error.message, error.help)
        return 1
    if history.end is End.INTERRUPTED:
        say_help("go on with --resume")
        return INTERRUPTED
    return 0 if history.ok else 1


@contextmanager
def _handle_termination() -> Iterator[None]:
    """Have a request to terminate end a run as Ctrl-C does."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
