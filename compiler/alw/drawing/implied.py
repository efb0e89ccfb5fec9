"""Charts without the waits that follow from others.

Of ``b after a`` and ``c after a, b`` the wait of ``c`` for ``a`` says nothing new.  Where there are
so many that nobody could follow their lines, such waits are left out, and the title says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from .chart import Chart, Flow, FlowKind
from .layout.ranks import find_back_edges

#: A chart with no more waits is drawn with all of them.
MANY = 100
NOTE = "waits that follow from others are not drawn"


def drop_implied(chart: Chart) -> Chart:
    """Return ``chart``, without the waits that others imply if it has very many."""
    waits = [flow for flow in chart.flows if flow.kind is FlowKind.NOTHING]
    if len(waits) <= MANY:
        return chart
    implied = _find_implied(chart)
    if not implied:
        return chart
    kept = tuple(
        flow
        for flow in chart.flows
        if flow.kind is not FlowKind.NOTHING or (flow.source, flow.target) not in implied
    )
    return replace(chart, title=f"{chart.title} ({NOTE})", flows=kept)


def _find_implied(chart: Chart) -> set[tuple[str, str]]:
    """Return the flows from whose source another way leads to their target, too."""
    out = _find_downward(chart.by_id, chart.flows)
    order = _sort_nodes(out)
    place = {id: number for number, id in enumerate(order)}
    below: dict[str, int] = {}  # what can be reached from a node and it itself, as bits
    implied: set[tuple[str, str]] = set()
    for id in reversed(order):
        reached = 0
        for other in sorted(out[id], key=place.__getitem__):
            if reached >> place[other] & 1:
                implied.add((id, other))
            else:
                reached |= below[other]
        below[id] = reached | 1 << place[id]
    return implied


def _find_downward(nodes: Iterable[str], flows: Iterable[Flow]) -> Mapping[str, set[str]]:
    """Return the targets of each node's flows, without flows that would close a circle."""
    keys = list(nodes)
    edges = dict.fromkeys(
        (f.source, f.target) for f in flows if f.kind is not FlowKind.BACK and f.source != f.target
    )
    out: dict[str, set[str]] = {key: set() for key in keys}
    for source, target in edges.keys() - find_back_edges(keys, edges):
        out[source].add(target)
    return out


def _sort_nodes(out: Mapping[str, set[str]]) -> list[str]:
    """Return the nodes, each before those that it leads to."""
    left = dict.fromkeys(out, 0)
    for others in out.values():
        for other in others:
            left[other] += 1
    order = [id for id, count in left.items() if not count]
    for id in order:
        for other in out[id]:
            left[other] -= 1
            if not left[other]:
                order.append(other)
    return order
