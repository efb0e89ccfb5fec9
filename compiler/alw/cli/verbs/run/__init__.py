"""``alw run``: the loop on this machine."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ... import arguments


@click.command("run", short_help="Run the loop on this machine, driven by iDDS.")
@arguments.runs
@click.option(
    "-o",
    "folder",
    metavar="DIR",
    type=click.Path(readable=False),
    callback=arguments.check_place,
    help="The folder of the run.  [default: runs/<workflow>]",
)
@click.option(
    "--data",
    metavar="NAME=FILES",
    multiple=True,
    callback=arguments.split_data,
    help="The files of a dataset that no task makes: a folder or a pattern with *.  "
    "May be repeated.",
)
@click.option("--resume", is_flag=True, help="Go on with the run in DIR.")
@click.option("--restart", is_flag=True, help="Remove the run in DIR, and begin anew.")
@click.option(
    "-j",
    "--jobs",
    metavar="N",
    type=click.IntRange(1),
    help="So many jobs run at once.  [default: the number of processors]",
)
@click.option(
    "--time-limit",
    metavar="SECONDS",
    type=click.FloatRange(0, min_open=True),
    help="Fail a job that takes longer.",
)
@click.option(
    "--memory-limit",
    metavar="MB",
    type=click.IntRange(1),
    help="Fail a job that wants more memory.",
)
@click.option(
    "--attempts",
    metavar="N",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="How often a job is tried.",
)
@click.option(
    "--fast", is_flag=True, help="Only 2 jobs of each task and at most 3 iterations, as a trial."
)
@click.option(
    "--jobs-per-task",
    metavar="N",
    type=click.IntRange(1),
    help="Only the first N jobs of each task, as a trial.",
)
@click.option(
    "--iterations",
    metavar="K",
    type=click.IntRange(1),
    help="At most K iterations, as a trial.",
)
@click.option("--no-container", is_flag=True, help="Run jobs without the containers they name.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    show_default=True,
    help="How progress is shown: for people, or a JSON object a line on standard output.",
)
@click.option("-q", "--quiet", is_flag=True, help="Show failures only.")
@click.pass_context
def command(
    ctx: click.Context,
    file: str,
    settings: Sequence[tuple[str, str]],
    params: str | None,
    strict: bool,
    workflow: str | None,
    folder: str | None,
    data: tuple[tuple[str, str], ...],
    resume: bool,
    restart: bool,
    jobs: int | None,
    time_limit: float | None,
    memory_limit: int | None,
    attempts: int,
    fast: bool,
    jobs_per_task: int | None,
    iterations: int | None,
    no_container: bool,
    form: str,
    quiet: bool,
) -> None:
    """Run a workflow on this machine: its jobs are processes here.

    iDDS's own engine decides what runs next, and each job gets the command and the files that it
    would get on the grid.  Everything is written to DIR: the folder of each job, the datasets, a
    report (report.html) and the history (history.csv, history.json).

    If it is interrupted, --resume goes on with it; what has run, and has not changed, does not run
    again.  The exit status is 1 if the run fails, and 130 if it is interrupted.

    It needs the extra alw[run].
    """
    from .execute import RunOptions, run_file

    if resume and restart:
        raise click.UsageError("--resume and --restart exclude each other")
    options = RunOptions(
        folder, data, resume, restart, jobs, time_limit, memory_limit, attempts, fast,
        jobs_per_task, iterations, not no_container, "quiet" if quiet else form,
    )  # fmt: skip
    ctx.exit(run_file(file, settings, params, strict, workflow, options))
