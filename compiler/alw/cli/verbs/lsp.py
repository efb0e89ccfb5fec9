"""``alw lsp``: the language server."""

from __future__ import annotations

import click


class _Missing(click.ClickException):
    """A package that a command needs is not installed."""

    exit_code = 2


@click.command("lsp", short_help="Run the language server for editors.")
@click.option(
    "--stdio", is_flag=True, help="Use standard input and output (the default and only way)."
)
@click.option("--clientProcessId", type=int, hidden=True, expose_value=False)
@click.pass_context
def command(ctx: click.Context, stdio: bool) -> None:
    """Run the language server (LSP) on standard input and output.

    It needs the extra alw[lsp].
    """
    from importlib.util import find_spec

    if find_spec("pygls") is None:
        raise _Missing("install alw[lsp]")
    from ...server.main import serve

    ctx.exit(serve())
