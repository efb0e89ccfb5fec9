"""The picture of a document's workflows, as ``alw graph`` draws it."""

from __future__ import annotations

from typing import Any

from ..view import View
from . import Refused


def draw_picture(view: View, params: Any) -> str:
    """Return the SVG of the document; a click in it leads to ``#L`` and the number of a line.

    Of a text with errors, what is known is drawn.

    :raises Refused: if it cannot be parsed or has no workflow.
    """
    from ...drawing.chart import Links
    from ...drawing.chart_builder import build_drawing
    from ...drawing.svg import write_svg

    unread = next((d for d in view.diagnostics if d.severity == "error" and d.code < "ALW2"), None)
    if unread is not None:
        raise Refused(f"line {unread.start.line}: {unread.message}")
    if not view.analysis.workflows:
        raise Refused("the file defines no workflow")
    return write_svg(build_drawing(view.analysis.workflows, Links("#L{line}")))
