"""A habit that was found in a text, and the edits that put it right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...diagnostics.diagnostic import Edit
from ...diagnostics.rules import FOREIGN_SYNTAX, Rule
from ...text.source import Span


@dataclass(frozen=True, slots=True)
class Finding:
    """A message, and the edits that put it right.

    :param title: what the edits do, as an order; empty if they are no fix but only blank out
        what the parser cannot read.
    :param lost: the offset of the opening brace of the body that loses something by them, or -1.
    """

    span: Span
    message: str
    edits: tuple[Edit, ...]
    title: str = ""
    help: str = ""
    rule: Rule = FOREIGN_SYNTAX
    lost: int | None = None


def edit(start: int, end: int, text: str) -> Edit:
    """Return the edit that puts ``text`` in the place of ``[start, end)``."""
    return Edit(Span(start, end), text)


def join_findings(
    findings: Iterable[Finding], message: str, title: str, rule: Rule = FOREIGN_SYNTAX
) -> tuple[Finding, ...]:
    """Return one finding for what is always the same, at the first place of it."""
    found = tuple(findings)
    if not found:
        return ()
    count = f" (and {len(found) - 1} more like it)" if len(found) > 1 else ""
    edits = tuple(one for each in found for one in each.edits)
    return (Finding(found[0].span, message + count, edits, title, rule=rule),)
