"""Marks on the boxes of a drawing: the states of tasks, as a report of a run shows them."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from .labels import clean_label

#: Names of looks, with fill and edge on light and on dark.
LOOKS = {
    "waiting": (("#ffffff", "#6e7781"), ("#151b23", "#9198a1")),
    "running": (("#ddf4ff", "#0969da"), ("#0c2d6b", "#4493f8")),
    "finished": (("#dafbe1", "#1a7f37"), ("#0f3d1e", "#3fb950")),
    "partly": (("#fff8c5", "#9a6700"), ("#4b3600", "#d29922")),
    "failed": (("#ffebe9", "#cf222e"), ("#5d0f12", "#f85149")),
    "cancelled": (("#eff2f5", "#59636e"), ("#262c36", "#9198a1")),
}
#: What a look's sign is drawn as, around 0 0: it is seen without colours, too.
SIGNS = {
    "waiting": "M0-3.4V0.4L2.4 2",
    "running": "M-1.8-3L3 0L-1.8 3z",
    "finished": "M-3.3 0.2L-1 2.6L3.3-2.4",
    "partly": "M0-3.6V0.6M0 3.2V3.3",
    "failed": "M-2.6-2.6L2.6 2.6M2.6-2.6L-2.6 2.6",
    "cancelled": "M-3 0H3",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on a box.

    :param look: one of :data:`LOOKS`.
    :param note: a remark about the box, on one line.
    :param link: where a click on the box leads; empty for nowhere.
    """

    look: str
    note: str
    link: str = ""

    def draw_around(self, drawn: str, right: float, top: float) -> str:
        """Return the box ``drawn`` with the mark at its corner, as SVG."""
        note = escape(clean_label(self.note)).encode("ascii", "xmlcharrefreplace").decode()
        place = f"translate({right:.1f} {top:.1f})"
        sign = (
            f'<g class="sign" transform="{place}"><title>{note}</title><circle r="7.5"/>'
            f'<path d="{SIGNS[self.look]}"/></g>'
        )
        marked = f'<g class="marked {self.look}">{drawn}{sign}</g>'
        return f"<a href={quoteattr(self.link)}>{marked}</a>" if self.link else marked


def write_colours(scope: str, dark: bool) -> str:
    """Return the style sheet of the looks, for boxes within ``scope``."""
    lines = []
    for look, shades in LOOKS.items():
        fill, edge = shades[dark]
        at = f"{scope}.{look} >"
        lines.append(f"{at} g > :is(rect, polygon) {{ fill: {fill}; stroke: {edge} }}")
        lines.append(f"{at} .sign {{ fill: {edge}; stroke: {'#0d1117' if dark else '#ffffff'} }}")
    return "\n".join(lines)


def write_forms(scope: str) -> str:
    """Return the rules that are the same on light and on dark."""
    return (
        f"{scope}.sign circle {{ stroke-width: 1.5 }}\n"
        f"{scope}.sign path {{ fill: none; stroke-width: 1.8; stroke-linecap: round; "
        "stroke-linejoin: round }\n"
        f"{scope}.marked > g > :is(rect, polygon) {{ stroke-width: 1.6 }}\n"
        f"{scope}.waiting.marked > g > rect {{ stroke-dasharray: 4 3 }}"
    )
