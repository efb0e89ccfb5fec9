"""``alw explain``: what a message means, or a list of all."""

from __future__ import annotations

import click


@click.command("explain", short_help="Explain a message, or list all.")
@click.argument("rule", metavar="[CODE|NAME]", required=False)
def command(rule: str | None) -> None:
    """Explain a message: what is wrong and why, with an example and its correction.

    CODE and NAME are at the start of a message, such as ALW203 (or 203) and unbound-name.
    Without them, all messages are listed.
    """
    from .rule_pages import explain

    explain(rule)
