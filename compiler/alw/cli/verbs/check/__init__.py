"""``alw check``: problems, and their repair."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ... import arguments


@click.command("check")
@arguments.compiles
@click.option(
    "-o",
    "output",
    metavar="FILE",
    type=click.Path(readable=False),
    callback=arguments.check_place,
    help="Write the report to FILE.",
)
@click.option("--fix", is_flag=True, help="Fix the problems that have one right fix, in place.")
@click.option("--diff", is_flag=True, help="Show what --fix would change; change nothing.")
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[str, ...],
    settings: Sequence[tuple[str, str]],
    params: str | None,
    target: str,
    strict: bool,
    form: str,
    output: str | None,
    fix: bool,
    diff: bool,
) -> None:
    """Report problems in workflows.

    A folder stands for all .alw files in it; FILE "-" is standard input.  The exit status is 1 if
    there are errors.

    With --fix, only the remaining problems are reported and count for the exit status.  For
    standard input, the fixed text goes to standard output and the report to standard error.

    With --diff, the changes are printed as a unified diff and the remaining problems go to
    standard error.  The exit status is 1 if there are changes or errors.
    """
    from ...programs import read
    from .report_problems import check

    programs = read(files, settings, params, target, strict)
    ctx.exit(check(programs, form, output, fix, diff))
