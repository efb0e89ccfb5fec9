"""What there is to draw of a workflow."""

from __future__ import annotations

from alw.drawing.chart import Chart, FlowKind, NodeKind
from tests.drawing.charts import BROKEN, FIVE, drawn


def flows(chart: Chart) -> set[tuple[str, str, str, tuple[str, ...]]]:
    names = {n.id: n.title if n.kind is not NodeKind.REPEAT else "repeat" for n in chart.nodes}
    return {(names[f.source], f.kind.value, names[f.target], f.labels) for f in chart.flows}


def test_what_flows_is_told_by_the_names_of_files_and_parameters() -> None:
    (chart,) = drawn(FIVE).charts
    data = "mc23_13p6TeV.601229.PhPy8EG_A14_ttbar.evgen.EVNT.e8514"
    assert flows(chart) == {
        (data, "files", "generate", ()),
        ("parameters", "values", "generate", ()),
        ("parameters", "values", "simulate", ()),
        ("parameters", "values", "decide", ()),
        ("generate", "files", "simulate", ("evgen.root",)),
        ("simulate", "files", "decide", ("hits.root", "log.txt")),
        ("decide", "files", "repeat", ("next.json",)),
        ("repeat", "back", "parameters", ("mass", "nevents")),
        ("repeat", "values", "plot", ("mass",)),
        ("decide", "files", "plot", ("next.json",)),
        ("repeat", "nothing", "mail", ()),
    }


def test_a_loop_has_its_parameters_and_condition_as_written() -> None:
    (chart,) = drawn(FIVE).charts
    (loop,) = chart.loops
    inside = {node.title: node for node in chart.nodes if node.loop == loop.id}
    repeat = "repeat while decide.error > 0.01 and mass < 1000 at most 10 times"
    assert inside.keys() == {"parameters", "generate", "simulate", "decide", repeat}
    assert inside["parameters"].rows == ("mass: float = 125.0", "nevents: int = 200")
    assert inside["decide"].kind is NodeKind.LEARNER


def test_a_node_knows_its_command_and_its_line() -> None:
    (chart,) = drawn(FIVE).charts
    nodes = {node.title: node for node in chart.nodes}
    assert nodes["plot"].detail == "plot {scan.mass} {decide.outputs[0]}"
    lines = FIVE.split("\n")
    for name in ("generate", "simulate", "decide", "plot", "mail"):
        assert f" {name} {{" in lines[nodes[name].line - 1]


def test_of_a_faulty_workflow_what_is_known_is_drawn() -> None:
    (chart,) = drawn(BROKEN).charts
    titles = [node.title for node in chart.nodes]
    assert {"before", "a", "b", "first", "second", "c", "late"} <= set(titles)
    known = flows(chart)
    assert ("before", "files", "a", ("a",)) in known
    assert ("a", "files", "b", ("q.root", "outputs[7]")) in known
    assert ("b", "nothing", "a", ()) in known
    assert {loop.title for loop in chart.loops} == {"loop one", "loop two"}
    assert "repeat ?" in titles


def test_a_task_without_anything_but_order_is_told_apart() -> None:
    text = FIVE.replace("plot {scan.mass} {decide.outputs[0]}", "plot")
    (chart,) = drawn(text).charts
    plot = next(node.id for node in chart.nodes if node.title == "plot")
    assert [f.kind for f in chart.flows if f.target == plot] == [FlowKind.NOTHING]
