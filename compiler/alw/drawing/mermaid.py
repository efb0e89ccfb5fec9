"""Drawings in Mermaid, which GitHub, GitLab and many editors show."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .chart import Chart, Drawing, Flow, FlowKind, Node, NodeKind
from .labels import clean_label, join_labels, shorten, wrap_condition

_SHAPES = {
    NodeKind.TASK: ("[", "]"),
    NodeKind.LEARNER: ("([", "])"),
    NodeKind.DATASET: ("[(", ")]"),
    NodeKind.START: ("[/", "/]"),
    NodeKind.REPEAT: ("{{", "}}"),
}
_ARROWS = {
    FlowKind.FILES: "-->",
    FlowKind.VALUES: "-->",
    FlowKind.NOTHING: "-.->",
    FlowKind.BACK: "==>",
}
_MOST = 60
#: What means nothing to Mermaid, Markdown and HTML inside of quotes.
_PLAIN = re.compile(r"[^\w .,:=+/()\[\]?!%'|^-]")


def write_mermaid(drawing: Drawing) -> str:
    """Write ``drawing`` as a flowchart of Mermaid."""
    lines = ["flowchart TB"]
    for chart in drawing.charts:
        lines += _write_chart(chart)
    return "\n".join(lines) + "\n"


def _write_chart(chart: Chart) -> Iterator[str]:
    yield f"  subgraph {chart.id}[{_quote(chart.title)}]"
    for node in chart.nodes:
        if node.loop is None:
            yield f"    {_write_node(node)}"
    for loop in chart.loops:
        yield f"    subgraph {loop.id}[{_quote(loop.title)}]"
        for node in chart.nodes:
            if node.loop == loop.id:
                yield f"      {_write_node(node)}"
        yield "    end"
    yield "  end"
    for flow in chart.flows:
        yield f"  {_write_flow(flow)}"


def _write_node(node: Node) -> str:
    opening, closing = _SHAPES[node.kind]
    rows = node.rows or (node.title,)
    if node.kind is NodeKind.REPEAT:
        rows = tuple(wrap_condition(clean_label(node.title)))
    text = "<br>".join(_escape(row) for row in rows)
    return f'{node.id}{opening}"{text}"{closing}'


def _write_flow(flow: Flow) -> str:
    label = join_labels(flow.labels, _MOST)
    shown = f'|"{_escape(label)}"|' if label else ""
    return f"{flow.source} {_ARROWS[flow.kind]}{shown} {flow.target}"


def _quote(text: str) -> str:
    return f'"{_escape(text)}"'


def _escape(text: str) -> str:
    text = shorten(clean_label(text), _MOST)
    # Mermaid drops the end of an escape on a line that looks like a definition of a style.
    colon = "#58;" if re.search("style|classDef", text) else ":"
    shown = _PLAIN.sub(lambda found: f"#{ord(found.group())};", text).replace(":", colon)
    # "1. x" and "- x" would be lists of Markdown
    return re.sub(
        r"^(\d+)\.|^([-+])(?= )", lambda m: f"{m[1] or ''}#{46 if m[1] else ord(m[2])};", shown
    )
