"""Drawings in the language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterator

from .chart import Chart, Drawing, Flow, FlowKind, Links, Node, NodeKind
from .labels import condition, listed, plain, shortened

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


def as_dot(drawing: Drawing) -> str:
    """``drawing`` as a directed graph."""
    lines = [
        "digraph {",
        f"  graph [rankdir=TB {_FONT} fontsize=12]",
        f"  node [{_FONT} fontsize=12]",
        f"  edge [{_FONT} fontsize=10]",
    ]
    for chart in drawing.charts:
        lines += _chart(chart, drawing.links)
    return "\n".join([*lines, "}"]) + "\n"


def _chart(chart: Chart, links: Links) -> Iterator[str]:
    yield f"  subgraph cluster_{chart.id} {{"
    yield f"    graph [label={_quoted(chart.title)} {_link(chart.line, links)}color=gray]"
    for node in chart.nodes:
        if node.loop is None:
            yield f"    {_node(node, links)}"
    for loop in chart.loops:
        yield f"    subgraph cluster_{loop.id} {{"
        yield f"      graph [label={_quoted(loop.title)} {_link(loop.line, links)}style=rounded]"
        for node in chart.nodes:
            if node.loop == loop.id:
                yield f"      {_node(node, links)}"
        yield "    }"
    yield "  }"
    for flow in chart.flows:
        yield f"  {_flow(flow, links)}"


def _node(node: Node, links: Links) -> str:
    rows = node.rows or (node.title,)
    if node.kind is NodeKind.REPEAT:
        rows = tuple(condition(plain(node.title)))
    label = "\\n".join(_escaped(row) for row in rows)
    tooltip = _quoted(": ".join(filter(None, (node.title, node.detail))), _LONGEST)
    link = _link(node.line, links)
    return f'{node.id} [label="{label}" tooltip={tooltip} {link}{_SHAPES[node.kind]}]'


def _flow(flow: Flow, links: Links) -> str:
    label, tooltip = _quoted(listed(flow.labels, _MOST)), _quoted(", ".join(flow.labels), _LONGEST)
    attributes = f"label={label} tooltip={tooltip} {_link(flow.line, links)}{_LINES[flow.kind]}"
    return f"{flow.source} -> {flow.target} [{attributes.rstrip()}]"


def _link(line: int, links: Links) -> str:
    to = links.to(line)
    return f"URL={_quoted(to, len(to))} " if to else ""


def _quoted(text: str, most: int = _MOST) -> str:
    return f'"{_escaped(text, most)}"'


def _escaped(text: str, most: int = _MOST) -> str:
    text = shortened(plain(text), most)
    # a backslash begins an escape, an ampersand a character of HTML
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
