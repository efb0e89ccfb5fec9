"""``alw schema``: the JSON Schemas of what alw writes."""

from __future__ import annotations

import click


class _SchemaCommand(click.Command):
    """A command whose help ends with the names it takes."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Schemas"):
            formatter.write_dl(_schemas())


def _schemas() -> list[tuple[str, str]]:
    from ...resources import SCHEMAS, schema

    return [(name, str(schema(name).get("title", ""))) for name in SCHEMAS]


def _schema_name(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    from ...resources import SCHEMAS

    if value is not None and value not in SCHEMAS:
        from ...text.suggest import did_you_mean

        known = f"the schemas are: {', '.join(SCHEMAS)}"
        raise click.BadParameter(f"no schema {value!r}: {did_you_mean(value, SCHEMAS, known)}")
    return value


@click.command("schema", cls=_SchemaCommand, short_help="Print a JSON Schema of the output.")
@click.argument("name", required=False, callback=_schema_name)
def command(name: str | None) -> None:
    """Print the JSON Schema (2020-12) NAME, or list all schemas."""
    if name is None:
        width = max(len(known) for known, _ in _schemas())
        for known, title in _schemas():
            click.echo(f"{known:<{width}}  {title}".rstrip())
        return
    from ...resources import schema_text

    click.echo(schema_text(name), nl=False)
