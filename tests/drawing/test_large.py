"""Large workflows: drawn in a time that grows with them, and without lines that say nothing."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alw.drawing import implied
from alw.drawing.chart import Chart, Flow, FlowKind, Node, NodeKind
from alw.drawing.composer import Composer
from alw.drawing.implied import drop_implied
from alw.drawing.svg import write_svg
from tests.benchmarks.generate import campaign, source
from tests.drawing.charts import chain, dense, drawn, wide

pytestmark = pytest.mark.slow


def chart(count: int, edges: list[tuple[int, int, FlowKind]]) -> Chart:
    nodes = tuple(Node(f"n{i}", NodeKind.TASK, f"n{i}", (), "", 1, None) for i in range(count))
    flows = tuple(Flow(f"n{a}", f"n{b}", kind, (), 1) for a, b, kind in dict.fromkeys(edges))
    return Chart("w1", "workflow w", 1, nodes, (), flows)


def reached(chart: Chart) -> dict[str, set[str]]:
    """What each node leads to, found the plain way."""
    out: dict[str, set[str]] = {node.id: set() for node in chart.nodes}
    for flow in chart.flows:
        out[flow.source].add(flow.target)
    found = {}
    for start in out:
        todo, seen = [start], set[str]()
        while todo:
            for other in out[todo.pop()] - seen:
                seen.add(other)
                todo.append(other)
        found[start] = seen
    return found


@given(st.integers(0, 10**9), st.booleans())
def test_what_waits_for_what_stays(seed: int, circles: bool) -> None:
    chance = random.Random(seed)
    edges: dict[tuple[int, int], FlowKind] = {}
    for _ in range(3 * implied.MANY):
        a, b = sorted(chance.sample(range(25), 2))
        if circles and chance.random() < 0.1:
            a, b = b, a
        kind = chance.choice([FlowKind.NOTHING, FlowKind.NOTHING, FlowKind.FILES])
        edges[a, b] = kind
    whole = chart(25, [(a, b, kind) for (a, b), kind in edges.items()])
    drawn = drop_implied(whole)
    assert reached(drawn) == reached(whole)
    for kind in (FlowKind.FILES, FlowKind.VALUES):
        assert [f for f in drawn.flows if f.kind is kind] == [
            f for f in whole.flows if f.kind is kind
        ]
    waits = sum(flow.kind is FlowKind.NOTHING for flow in whole.flows)
    if not circles and waits > implied.MANY:  # and no wait is left that says nothing
        for flow in drawn.flows:
            if flow.kind is FlowKind.NOTHING:
                rest = replace(drawn, flows=tuple(f for f in drawn.flows if f is not flow))
                assert flow.target not in reached(rest)[flow.source]


def test_few_waits_are_all_drawn() -> None:
    edges = [(a, b, FlowKind.NOTHING) for b in range(14) for a in range(b)]
    assert len(edges) <= implied.MANY
    assert drop_implied(chart(14, edges)) == chart(14, edges)


def test_the_title_says_that_waits_are_left_out() -> None:
    assert implied.NOTE in write_svg(drawn(dense(20)))
    assert implied.NOTE not in write_svg(drawn(chain(200)))
    assert implied.NOTE not in write_svg(drawn(dense(10)))


def test_wrapped_rows_do_not_drift_apart() -> None:
    (drawing,) = drawn(source(campaign(1000))).charts
    picture = Composer(drop_implied(drawing), 2400).compose()
    assert picture.width < 2 * 2400
    assert picture.height < 4 * picture.width


@pytest.mark.parametrize(
    "text, seconds",
    [(chain(2000), 2), (dense(200), 3), (wide(2000), 2)],
    ids=["chain", "dense", "wide"],
)
def test_large_workflows_are_drawn_in_seconds(text: str, seconds: float) -> None:
    drawing = drawn(text)
    start = time.process_time()
    picture = write_svg(drawing)
    assert time.process_time() - start < seconds
    assert picture.count('<rect class="task"') == len(drawing.charts[0].nodes)
