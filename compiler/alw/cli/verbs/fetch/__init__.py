"""``alw fetch``: the parameter map of an existing task."""

from __future__ import annotations

import click

from ... import arguments


@click.command("fetch", short_help="Get the parameter map of an existing PanDA task.")
@click.argument("task_id", metavar="TASKID", type=click.IntRange(min=1))
@arguments.writes
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True, max=86400),
    default=60,
    show_default=True,
    help="How long to wait for the server.",
)
@click.pass_context
def command(ctx: click.Context, task_id: int, output: str | None, timeout: float) -> None:
    """Get the parameter map of task TASKID from the PanDA server, for  map = "FILE".

    Personal data is removed.  panda-client sends the request: it uses the server in
    PANDA_URL_SSL, and a grid proxy, or a token if PANDA_AUTH=oidc.  The exit status is 1 if
    there is no map.
    """
    from .fetching import fetch

    ctx.exit(0 if fetch(task_id, output, timeout) else 1)
