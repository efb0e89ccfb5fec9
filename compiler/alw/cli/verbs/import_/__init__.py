"""``alw import``: a source for existing tasks."""

from __future__ import annotations

import click

from ... import arguments


@click.command("import", short_help="Convert prun commands or task maps to a source.")
@click.argument("words", metavar="FILE | -- prun ...", nargs=-1, required=True)
@arguments.writes
@click.option(
    "--task",
    "chosen",
    metavar="N",
    multiple=True,
    type=click.IntRange(min=1),
    help="Import only the Nth prun call of a script.  May be repeated.",
)
@click.pass_context
def command(
    ctx: click.Context, words: tuple[str, ...], output: str | None, chosen: tuple[int, ...]
) -> None:
    """Convert existing tasks to a source that compiles to the same maps.

    \b
    alw import simulate.json                    a task parameter map (see "alw fetch")
    alw import submit.sh                        a script that calls prun
    alw import -- prun --exec ... --outDS ...   the command line itself

    A map becomes prun options if they produce an equal map; otherwise  map = "FILE"  and a
    comment that says what differs.

    A script is read, not run.  Each prun call becomes a task, also in loops and functions; a
    task that reads the output of another waits for it.  Values from outside the script, such as
    $USER or $(date), become inputs.  Files named by --inDsTxt, --inOutDsJson and --loadJson are
    read.  Comments say what was left out.

    FILE "-" is standard input.  The exit status is 1 if nothing could be imported.
    """
    from .convert import import_

    ctx.exit(0 if import_(words, output, chosen) else 1)
