"""``alw compile``: JSON for iDDS and PanDA."""

from __future__ import annotations

from collections.abc import Sequence

import click

from .. import arguments


@click.command("compile", short_help="Compile workflows to JSON for iDDS and PanDA.")
@arguments.compiles
@click.option(
    "-o",
    "directory",
    metavar="DIR",
    type=click.Path(readable=False),
    callback=arguments.check_place,
    default="build",
    show_default=True,
    help="The folder to write to.",
)
@click.option("-q", "--quiet", is_flag=True, help="Do not list the files that were written.")
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[str, ...],
    settings: Sequence[tuple[str, str]],
    params: str | None,
    target: str,
    strict: bool,
    form: str,
    directory: str,
    quiet: bool,
) -> None:
    """Compile workflows to iDDS Workflow JSON and PanDA task parameters.

    \b
    DIR/<workflow>/workflow.json        the iDDS workflow
    DIR/<workflow>/tasks/<task>.json    the parameters of each PanDA task
    DIR/<workflow>/sandboxes/<archive>  the files that tasks send

    A folder means all .alw files in it and below; they are compiled together.  FILE "-" is
    standard input.  If there are errors, nothing is written and the exit status is 1.
    """
    from ...driver.output import write
    from ..emit import diagnose_unwritable, find_exit_status, show_report
    from ..formats import FOR_PROGRAMS
    from ..programs import read
    from ..wording import summarize

    programs = read(files, settings, params, target, strict)
    files = programs.files
    result = programs.compile()
    diagnostics = result.diagnostics
    if not result.ok:
        closing = f"{summarize(diagnostics, len(files))}; nothing was written"
        show_report(diagnostics, form, closing, err=True)
        ctx.exit(find_exit_status(diagnostics, ok=False))
    try:
        written = write(result.workflows.values(), directory, lambda: _say_waiting(directory))
    except OSError as error:
        failure = diagnose_unwritable(error, directory)
        show_report([failure, *diagnostics], form, "nothing was written", err=True)
        ctx.exit(1)
    if diagnostics or form in FOR_PROGRAMS:
        show_report(diagnostics, form, summarize(diagnostics, len(files)), err=True)
    if not quiet and form not in FOR_PROGRAMS:
        for workflow in result.workflows.values():
            _say_written(directory, workflow.name, len(workflow.tasks), len(workflow.sandboxes))
        for folder in written.removed:
            _say(f"removed the files in {folder}: no source defines this workflow any more")


def _say_waiting(directory: str) -> None:
    _say(f"waiting for another alw that writes in {directory}")


def _say(message: str) -> None:
    from ...text.display import clean

    click.echo(clean(message), err=True)


def _say_written(directory: str, workflow: str, tasks: int, sandboxes: int) -> None:
    from pathlib import Path

    from ...text.display import clean
    from ...text.plural import count

    folder = clean(str(Path(directory, workflow)))
    and_tasks = f" and {count(tasks, 'file')} in {folder}/tasks" if tasks else ""
    click.echo(f"wrote {folder}/workflow.json{and_tasks}", err=True)
    if sandboxes:
        counts = count(sandboxes, "sandbox", "sandboxes")
        place = f"{folder}/sandboxes"
        click.echo(f"wrote {counts} in {place}, to be uploaded before the tasks run", err=True)
