"""Diagnostics on one line each: ``file:line:column: error[CODE] name: message``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...text.display import clean
from .text import COLOURS, clip_span, make_styler

if TYPE_CHECKING:
    from ...diagnostics.diagnostic import Diagnostic


def as_concise(diagnostics: Sequence[Diagnostic], colour: bool = False) -> str:
    """One line for each diagnostic; the message on one line, too."""
    style = make_styler(colour)
    lines = []
    for d in diagnostics:
        start, _ = clip_span(d.source, d.span)
        at = d.source.position(start)
        place = f"{clean(d.source.name)}:{at.line}:{at.column}:"
        title = style(f"{d.severity}[{d.code}]", fg=COLOURS[d.severity], bold=True)
        lines.append(f"{place} {title} {d.name}: {clean(' '.join(d.message.split()))}")
    return "\n".join(lines)
