"""The formats of a report: a module each, loaded when it is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...diagnostics.diagnostic import Diagnostic

FORMATS = ("text", "concise", "json", "jsonl", "sarif", "github")
FOR_PROGRAMS = ("json", "jsonl", "sarif")
"""The formats that are read by programs, whose stream holds nothing else."""


def format_diagnostics(
    diagnostics: Sequence[Diagnostic], form: str, colour: bool = False, columns: int = 100
) -> str:
    """Return ``diagnostics`` in the format ``form``, one of :data:`FORMATS`.

    :param colour: whether text for people is coloured.
    :param columns: the width of the screen.
    :returns: lines without a last line end; empty if the format has nothing to say.
    """
    if form in ("json", "jsonl"):
        from .json_records import as_json, as_jsonl

        return as_json(diagnostics) if form == "json" else as_jsonl(diagnostics)
    if form == "sarif":
        from .sarif import as_sarif

        return as_sarif(diagnostics)
    if form == "github":
        from .github import as_github

        return as_github(diagnostics)
    if form == "concise":
        from .concise import as_concise

        return as_concise(diagnostics, colour)
    from .text import as_text

    return as_text(diagnostics, colour, columns)
