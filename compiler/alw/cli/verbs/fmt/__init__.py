"""``alw fmt``: one layout for files."""

from __future__ import annotations

import click

from ... import arguments


@click.command("fmt", short_help="Format files.")
@arguments.files
@click.option("--check", is_flag=True, help="List the files that would change; change nothing.")
@click.option("--diff", is_flag=True, help="Show what would change; change nothing.")
@click.pass_context
def command(ctx: click.Context, files: tuple[str, ...], check: bool, diff: bool) -> None:
    """Format files in place.

    A folder means all .alw files in it and below.  FILE "-" is standard input; its text goes to
    standard output.  A file with syntax errors is not changed.  The exit status is 1 if there are
    syntax errors, or with --check or --diff if anything would change.
    """
    from .format_files import fmt

    ctx.exit(0 if fmt(files, check, diff) else 1)
