"""``alw graph``: workflows as people draw them."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ... import arguments


@click.command("graph", short_help="Draw workflows.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("mermaid", "dot", "svg")),
    help="The format of the drawing.  [default: by the suffix of -o FILE, else mermaid]",
)
@arguments.writes
@click.option(
    "--link",
    metavar="ADDRESS",
    help="The address that a click opens: {file} is the source relative to the drawing, {path} "
    "its full path, {line} the line.  [default: {file}#L{line}]",
)
@arguments.given
@click.argument("file", metavar="FILE", type=arguments.FILE)
@click.pass_context
def command(
    ctx: click.Context,
    file: str,
    settings: Sequence[tuple[str, str]],
    params: str | None,
    target: str,
    form: str | None,
    output: str | None,
    link: str | None,
) -> None:
    """Draw the workflows of FILE: tasks, loops, data flow and conditions.

    \b
    alw graph flow.alw                   Mermaid, which GitHub and GitLab display
    alw graph flow.alw -o flow.svg       a picture with links to the source
    alw graph flow.alw --format dot      for Graphviz

    FILE "-" is standard input.  A source with errors is drawn as far as possible, and the exit
    code is 1.  A source that cannot be parsed is not drawn.
    """
    from ...programs import read
    from ...source_files import is_folder
    from .draw import choose_form, draw

    if is_folder(file):
        raise click.UsageError(f"{file!r} is a folder; draw one file at a time")
    form = choose_form(form, output)
    programs = read((file,), settings, params, target, strict=False)
    ctx.exit(0 if draw(programs, form, output, link) else 1)
