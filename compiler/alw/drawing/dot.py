"""Drawings in the language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterator

from .chart import Chart, Drawing, Flow, FlowKind, Links, Node, NodeKind
from .labels import clean_label, join_labels, shorten, wrap_condition

_SHAPES = {
    NodeKind.TASK: 'shape=box style="rounded,filled" fillcolor="#e8f0fe"',
    NodeKind.LEARNER: 'shape=box style="rounded,filled" fillcolor="#fef3d6"',
    NodeKind.DATASET: 'shape=cylinder style=filled fillcolor="#eeeeee"',
    NodeKind.START: 'shape=box style="filled" fillcolor="#ffffff"',
    NodeKind.REPEAT: 'shape=hexagon style="filled" fillcolor="#ffffff"',
}
_LINES = {
    FlowKind.FILES: "",
    FlowKind.VALUES: 'color="#6b7280"',
    FlowKind.NOTHING: "style=dashed",
    FlowKind.BACK: 'color="#b45309" fontcolor="#b45309" penwidth=1.6 constraint=false',
}
_MOST = 60
_LONGEST = 400
_FONT = 'fontname="Helvetica,Arial,sans-serif"'


def write_dot(drawing: Drawing) -> str:
    """Write ``drawing`` as a directed graph of Graphviz."""
    lines = [
        "digraph {",
        f"  graph [rankdir=TB {_FONT} fontsize=12]",
        f"  node [{_FONT} fontsize=12]",
        f"  edge [{_FONT} fontsize=10]",
    ]
    for chart in drawing.charts:
        lines += _write_chart(chart, drawing.links)
    return "\n".join([*lines, "}"]) + "\n"


def _write_chart(chart: Chart, links: Links) -> Iterator[str]:
    yield f"  subgraph cluster_{chart.id} {{"
    yield f"    graph [label={_quote(chart.title)} {_write_link(chart.line, links)}color=gray]"
    for node in chart.nodes:
        if node.loop is None:
            yield f"    {_write_node(node, links)}"
    for loop in chart.loops:
        yield f"    subgraph cluster_{loop.id} {{"
        label = f"label={_quote(loop.title)}"
        yield f"      graph [{label} {_write_link(loop.line, links)}style=rounded]"
        for node in chart.nodes:
            if node.loop == loop.id:
                yield f"      {_write_node(node, links)}"
        yield "    }"
    yield "  }"
    for flow in chart.flows:
        yield f"  {_write_flow(flow, links)}"


def _write_node(node: Node, links: Links) -> str:
    rows = node.rows or (node.title,)
    if node.kind is NodeKind.REPEAT:
        rows = tuple(wrap_condition(clean_label(node.title)))
    label = "\\n".join(_escape(row) for row in rows)
    tooltip = _quote(": ".join(filter(None, (node.title, node.detail))), _LONGEST)
    link = _write_link(node.line, links)
    return f'{node.id} [label="{label}" tooltip={tooltip} {link}{_SHAPES[node.kind]}]'


def _write_flow(flow: Flow, links: Links) -> str:
    label, tooltip = (
        _quote(join_labels(flow.labels, _MOST)),
        _quote(", ".join(flow.labels), _LONGEST),
    )
    attributes = (
        f"label={label} tooltip={tooltip} {_write_link(flow.line, links)}{_LINES[flow.kind]}"
    )
    return f"{flow.source} -> {flow.target} [{attributes.rstrip()}]"


def _write_link(line: int, links: Links) -> str:
    to = links.address_of(line)
    return f"URL={_quote(to, len(to))} " if to else ""


def _quote(text: str, most: int = _MOST) -> str:
    return f'"{_escape(text, most)}"'


def _escape(text: str, most: int = _MOST) -> str:
    text = shorten(clean_label(text), most)
    # a backslash begins an escape, an ampersand a character of HTML
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
