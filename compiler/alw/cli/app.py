"""The command ``alw``: a group whose verbs are found in :mod:`.verbs`."""

from __future__ import annotations

import click

from .verbs import load_command, verb_names


class _Verbs(click.Group):
    """The verbs, imported when they are used; Ctrl-C ends them without a message."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*verb_names()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return load_command(cmd_name)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(130)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0].endswith(".alw") and not ctx.resilient_parsing:
            ctx.fail(f"'{args[0]}' is not a command; write: alw compile {args[0]}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="alw", message="%(prog)s %(version)s")
def alw() -> None:
    """Compile active-learning workflows for iDDS and PanDA.

    You write a workflow in an .alw file.  "alw check" reports its problems, and "alw compile"
    writes iDDS Workflow JSON and PanDA task parameters.
    """
