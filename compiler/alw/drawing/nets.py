"""Flows that share a line.

The flows that carry the same from one node, or into one node, are a net: one trunk, one label.
A flow that would close a circle is drawn upwards, as a net of its own kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .chart import Chart, Flow, FlowKind, Node
from .layout.ranks import find_back_edges


@dataclass(frozen=True, slots=True)
class Link:
    """A flow as it is laid out.

    :param upper: the higher node: the flow's source, unless it is drawn upwards.
    """

    net: str
    flow: Flow
    upper: str
    lower: str
    upwards: bool


@dataclass(frozen=True, slots=True)
class FlowNet:
    """A net.

    :param hub: the node that all its flows come from or go to, which has the label.
    """

    flows: tuple[Flow, ...]
    hub: str
    upwards: bool

    @property
    def kind(self) -> FlowKind:
        """The kind of all of them."""
        return self.flows[0].kind


def find_links(chart: Chart) -> list[Link]:
    """Return the flows of a chart, except those back to the start of a loop."""
    nodes = chart.by_id
    flows = [f for f in chart.flows if f.kind is not FlowKind.BACK and f.source != f.target]
    turned = _find_upward(nodes, flows)
    out = Counter((flow.source, flow.kind, flow.labels) for flow in flows)
    into = Counter((flow.target, flow.kind, flow.labels) for flow in flows)
    names: dict[object, str] = {}
    found: list[Link] = []
    for flow in flows:
        source = flow.source, flow.kind, flow.labels
        target = flow.target, flow.kind, flow.labels
        upwards = (flow.source, flow.target) in turned
        from_source = out[source] >= into[target]
        group = (from_source, source if from_source else target, upwards)
        net = names.setdefault(group, f"e{len(names) + 1}")
        upper, lower = (flow.target, flow.source) if upwards else (flow.source, flow.target)
        found.append(Link(net, flow, upper, lower, upwards))
    return found


def bundle_links(links: Iterable[Link]) -> dict[str, FlowNet]:
    """Return the nets by their names."""
    found: dict[str, FlowNet] = {}
    for link in links:
        flow = link.flow
        bundle = found.get(link.net)
        if bundle is None:
            found[link.net] = FlowNet((flow,), flow.source, link.upwards)
        else:
            hub = flow.source if flow.source == bundle.flows[0].source else flow.target
            found[link.net] = replace(bundle, flows=(*bundle.flows, flow), hub=hub)
    return found


def _find_upward(nodes: Mapping[str, Node], flows: Iterable[Flow]) -> set[tuple[str, str]]:
    """Return the flows that are drawn upwards; a loop is not torn apart by them."""
    flows = list(flows)
    place = {id: node.loop or id for id, node in nodes.items()}
    between = [(place[f.source], place[f.target]) for f in flows]
    outer = find_back_edges(
        dict.fromkeys(place.values()), [(a, b) for a, b in dict.fromkeys(between) if a != b]
    )
    inner = find_back_edges(
        nodes, [(f.source, f.target) for f in flows if place[f.source] == place[f.target]]
    )
    return inner | {
        (f.source, f.target) for f in flows if (place[f.source], place[f.target]) in outer
    }
