"""What holds of every picture: nothing overlaps, nothing is cut, every line arrives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alw.drawing.chart import Chart, Drawing, Flow, FlowKind, Frame, Links, Node, NodeKind
from alw.drawing.labels import measure_width
from alw.drawing.layout.elements import Box
from alw.drawing.nets import find_links
from alw.drawing.picture import make_scene
from alw.drawing.scene import Scene
from tests.drawing.charts import chain, drawn, fan, sources, two_hundred

NAMED = dict(sources())


def apart(a: Box, b: Box) -> bool:
    return (
        a.x + a.width <= b.x
        or b.x + b.width <= a.x
        or a.y + a.height <= b.y
        or b.y + b.height <= a.y
    )


def holds(outer: Box, inner: Box) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def check(drawing: Drawing) -> Scene:
    shown = make_scene(drawing)
    boxes = [shape.box for shape in shown.shapes]
    tags = [tag.box for tag in shown.tags]
    for a, b in combinations([*boxes, *tags], 2):
        assert apart(a, b), (a, b)
    page = Box(0, 0, shown.width, shown.height)
    for box in [*boxes, *tags, *(border.box for border in shown.borders)]:
        assert holds(page, box)
    for shape in shown.shapes:
        for line in shape.lines:
            text = Box(line.x, line.y - line.size, line.width, line.size)
            assert line.width >= measure_width(
                line.text, line.size, line.style == "title"
            ) - 1e-6 or (line.style == "code")
            assert holds(shape.box, text)
    for tag in shown.tags:
        assert tag.text.width <= tag.box.width
    crosses_no_box(shown, boxes)
    ids = Counter(shape.id for shape in shown.shapes)
    assert ids == Counter(node.id for chart in drawing.charts for node in chart.nodes)
    in_its_frame(drawing, shown)
    return shown


def crosses_no_box(shown: Scene, boxes: Iterable[Box]) -> None:
    inner = [Box(b.x + 1, b.y + 1, b.width - 2, b.height - 2) for b in boxes]
    for wiring in shown.wirings:
        for stretch in wiring.stretches:
            for a, b in zip(stretch.points, stretch.points[1:], strict=False):
                assert abs(a.x - b.x) < 0.6 or abs(a.y - b.y) < 0.6, "no line is askew"
                line = Box(min(a.x, b.x), min(a.y, b.y), abs(a.x - b.x), abs(a.y - b.y))
                assert all(apart(line, box) for box in inner)


def in_its_frame(drawing: Drawing, shown: Scene) -> None:
    frames = {border.id: border.box for border in shown.borders}
    shapes = {shape.id: shape.box for shape in shown.shapes}
    for chart in drawing.charts:
        for node in chart.nodes:
            for loop in chart.loops:
                inside = node.loop == loop.id
                assert (holds if inside else apart)(frames[loop.id], shapes[node.id])
            assert holds(frames[chart.id], shapes[node.id])


def heads(shown: Scene) -> Counter[FlowKind]:
    return Counter(
        wiring.kind
        for wiring in shown.wirings
        for stretch in wiring.stretches
        for head in (stretch.head_at_start, stretch.head_at_end)
        if head
    )


@pytest.mark.parametrize("name", NAMED)
def test_nothing_overlaps_and_nothing_is_cut(name: str) -> None:
    check(drawn(NAMED[name]))


def test_every_flow_has_its_head() -> None:
    drawing = drawn(NAMED["five"])
    (chart,) = drawing.charts
    wanted = Counter(flow.kind for flow in chart.flows)
    assert heads(make_scene(drawing)) == wanted


def test_two_hundred_tasks_have_the_shape_of_a_screen() -> None:
    shown = check(drawn(two_hundred()))
    assert 0.8 < shown.width / shown.height < 3
    assert sum(shape.kind is NodeKind.TASK for shape in shown.shapes) == 199
    texts = Counter((tag.text.text, round(tag.box.y)) for tag in shown.tags)
    assert set(texts.values()) == {1}, "what a row has in common is told once"


@pytest.mark.slow
@pytest.mark.parametrize("text", [fan(60), fan(200), chain(200)], ids=["fan", "wide", "deep"])
def test_wide_and_deep_workflows_are_folded(text: str) -> None:
    shown = make_scene(drawn(text))
    assert 0.4 < shown.width / shown.height < 4


@pytest.mark.slow
def test_equal_sources_give_equal_scenes() -> None:
    assert make_scene(drawn(NAMED["big"])) == make_scene(drawn(NAMED["big"]))


@st.composite
def charts(draw: st.DrawFn) -> Drawing:
    """Any nodes in any frames with any flows, circles among them."""
    count = draw(st.integers(1, 14))
    loops = [Frame(f"l{i}", f"loop {i}", 1) for i in range(draw(st.integers(0, 2)))]
    text = st.text(max_size=50)
    places = st.sampled_from([None, *(loop.id for loop in loops)])
    nodes = []
    for i in range(count):
        title, detail = draw(text), draw(text)
        rows = tuple(draw(st.lists(text, max_size=3)))
        kind = draw(st.sampled_from([NodeKind.TASK, NodeKind.LEARNER, NodeKind.DATASET]))
        nodes.append(Node(f"n{i}", kind, title, rows, detail, 1, draw(places)))
    for loop in loops:
        nodes.append(Node(f"{loop.id}s", NodeKind.START, "start", (draw(text),), "", 1, loop.id))
        nodes.append(Node(f"{loop.id}r", NodeKind.REPEAT, draw(text), (), "", 1, loop.id))
    ends = st.sampled_from([node.id for node in nodes])
    kinds = st.sampled_from([FlowKind.FILES, FlowKind.VALUES, FlowKind.NOTHING])
    labels = st.lists(text, max_size=3).map(tuple)
    keys = draw(st.lists(st.tuples(ends, ends, kinds), max_size=30, unique=True))
    by_id = {node.id: node for node in nodes}
    flows = [
        Flow(a, b, kind, draw(labels), 1) for a, b, kind in keys if _is_possible(by_id[a], by_id[b])
    ]
    flows += [Flow(f"{o.id}r", f"{o.id}s", FlowKind.BACK, draw(labels), 1) for o in loops]
    chart = Chart("w1", draw(text), 1, tuple(nodes), tuple(loops), tuple(flows))
    return Drawing((chart,), Links())


def _is_possible(source: Node, target: Node) -> bool:
    """True if a loop begins at its start and is left at its end."""
    if target.kind is NodeKind.START:
        return False
    same = source.loop == target.loop
    return {NodeKind.START: same, NodeKind.REPEAT: not same}.get(source.kind, True)


@settings(max_examples=80, deadline=None)
@given(charts())
def test_any_chart_can_be_drawn(drawing: Drawing) -> None:
    shown = make_scene(drawing)
    boxes = [shape.box for shape in shown.shapes]
    for a, b in combinations([*boxes, *(tag.box for tag in shown.tags)], 2):
        assert apart(a, b)
    in_its_frame(drawing, shown)
    crosses_no_box(shown, boxes)
    # flows of a net that go to one node arrive together
    (chart,) = drawing.charts
    arrivals = {(link.net, link.flow.target) for link in find_links(chart)}
    assert sum(heads(shown).values()) == len(arrivals) + len(chart.loops)
