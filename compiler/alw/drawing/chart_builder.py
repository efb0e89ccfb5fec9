"""Builds charts from resolved workflows, also from those that have errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..check.graph import Graph
from ..panda.maps import output_datasets
from ..plan.model import Planned
from ..semantics.expr import (
    Items,
    Known,
    OutputOf,
    ParamValue,
    Template,
    TypedExpr,
    items_of,
    leaves,
)
from ..semantics.program import Loop, Task, Workflow
from ..semantics.types import DATASET, as_text, same
from ..syntax.lexer import tokenize
from ..text.source import Source, Span
from .chart import Chart, Drawing, Flow, FlowKind, Frame, Links, Node, NodeKind


def build_drawing(workflows: Iterable[tuple[Workflow, Graph, Planned]], links: Links) -> Drawing:
    """Return the drawing of ``workflows``, as ``analyse`` gives them."""
    charts = (
        _ChartBuilder(workflow, planned, f"w{number}").build()
        for number, (workflow, _, planned) in enumerate(workflows, 1)
    )
    return Drawing(tuple(charts), links)


class _ChartBuilder:
    """The chart of one workflow, while it is built."""

    def __init__(self, workflow: Workflow, planned: Planned, id: str) -> None:
        self._workflow = workflow
        self._planned = planned
        self._id = id
        self._loops = {
            task: f"{id}l{number}"
            for number, loop in enumerate(workflow.loops, 1)
            for task in loop.tasks
        }
        self._tasks = {name: f"{id}t{n}" for n, name in enumerate(workflow.tasks, 1)}
        self._datasets: dict[str, Node] = {}
        self._flows: dict[tuple[str, str, FlowKind], tuple[list[str], int]] = {}

    def build(self) -> Chart:
        workflow = self._workflow
        loops = [(f"{self._id}l{n}", loop) for n, loop in enumerate(workflow.loops, 1)]
        nodes: list[Node] = []
        for id, loop in loops:
            nodes.append(self._make_start(id, loop))
            self._add_loop_flows(id, loop)
        nodes += [self._make_node(task) for task in workflow.tasks.values()]
        nodes += [self._make_repeat(id, loop) for id, loop in loops]
        for task in workflow.tasks.values():
            self._add_flows_into(task)
        flows = tuple(
            Flow(source, target, kind, tuple(labels), line)
            for (source, target, kind), (labels, line) in self._flows.items()
            if kind is not FlowKind.NOTHING or not self._is_implied(source, target)
        )
        frames = tuple(
            Frame(id, f"loop {loop.name}", self._line_of(loop.head)) for id, loop in loops
        )
        everything = (*self._datasets.values(), *nodes)
        head = self._line_of(workflow.head)
        return Chart(self._id, f"workflow {workflow.name}", head, everything, frames, flows)

    def _is_implied(self, source: str, target: str) -> bool:
        """True if another flow says already that one waits for the other."""
        return any((source, target, c) in self._flows for c in (FlowKind.FILES, FlowKind.VALUES))

    # Nodes

    def _make_node(self, task: Task) -> Node:
        kind = NodeKind.LEARNER if task.learns else NodeKind.TASK
        line, loop = self._line_of(task.head), self._loops.get(task.name)
        detail = describe_command(task, self._workflow.source)
        return Node(self._tasks[task.name], kind, task.name, (), detail, line, loop)

    def _make_start(self, id: str, loop: Loop) -> Node:
        rows = tuple(
            f"{param.name}: {param.type}"
            + (f" = {_spell_value(param.first)}" if param.first else "")
            for param in loop.params
        )
        line = self._line_of(loop.params[0].span if loop.params else loop.head)
        title = "parameters" if rows else "next iteration"
        return Node(f"{id}s", NodeKind.START, title, rows, "first values", line, id)

    def _make_repeat(self, id: str, loop: Loop) -> Node:
        if not loop.repeats:
            line = self._line_of(loop.head)
            return Node(
                f"{id}r", NodeKind.REPEAT, "repeat ?", (), "nothing says how often", line, id
            )
        span = loop.repeats[0].span
        tokens = tokenize(self._workflow.source.text, span.start, span.end, skip=("COMMENT",))
        text = "".join(token.text for token in tokens)
        line = self._line_of(span)
        return Node(f"{id}r", NodeKind.REPEAT, " ".join(text.split()), (), "", line, id)

    def _add_dataset(self, known: Known) -> str:
        name = str(known.value)
        if name not in self._datasets:
            id, line = f"{self._id}d{len(self._datasets) + 1}", self._line_of(known.span)
            self._datasets[name] = Node(
                id, NodeKind.DATASET, name, (), "a dataset that exists", line
            )
        return self._datasets[name].id

    # Flows

    def _add_flows_into(self, task: Task) -> None:
        """Add the flows into a task."""
        me = self._tasks[task.name]
        for leaf in _find_inputs(task):
            match leaf:
                case OutputOf() if leaf.task in self._tasks:
                    label = self._find_file_name(leaf)
                    self._add_flow(self._tasks[leaf.task], me, FlowKind.FILES, leaf.span, label)
                case ParamValue():
                    self._add_param_flow(task, leaf)
                case Known():
                    self._add_flow(self._add_dataset(leaf), me, FlowKind.FILES, leaf.span)
        loops = {loop.name: n for n, loop in enumerate(self._workflow.loops, 1)}
        for mention in task.after:
            if mention.name in self._tasks:
                source = self._tasks[mention.name]
                self._add_flow(source, me, FlowKind.NOTHING, mention.span)
            elif mention.name in loops:
                source = f"{self._id}l{loops[mention.name]}"
                if self._loops.get(task.name) != source:
                    self._add_flow(f"{source}r", me, FlowKind.NOTHING, mention.span)

    def _add_param_flow(self, task: Task, leaf: ParamValue) -> None:
        for number, loop in enumerate(self._workflow.loops, 1):
            if loop.param(leaf.name) is None:
                continue
            id, me = f"{self._id}l{number}", self._tasks[task.name]
            if self._loops.get(task.name) == id:
                self._add_flow(f"{id}s", me, FlowKind.VALUES, leaf.span)
            else:
                self._add_flow(f"{id}r", me, FlowKind.VALUES, leaf.span, leaf.name)

    def _add_loop_flows(self, id: str, loop: Loop) -> None:
        """Add the flows from the learner to the next iteration."""
        fields: list[str] = []
        for name in loop.tasks:
            result = self._workflow.tasks[name].result
            if self._workflow.tasks[name].learns:
                span = result.file_span if result else self._workflow.tasks[name].head
                label = result.file if result else ""
                self._add_flow(self._tasks[name], f"{id}r", FlowKind.FILES, span, label)
            fields += [field.name for field in result.fields] if result else []
        span = loop.repeats[0].span if loop.repeats else loop.head
        back = [param.name for param in loop.params if param.name in fields]
        for label in back or [""]:
            self._add_flow(f"{id}r", f"{id}s", FlowKind.BACK, span, label)

    def _add_flow(
        self, source: str, target: str, kind: FlowKind, span: Span, label: str = ""
    ) -> None:
        labels, _ = self._flows.setdefault((source, target, kind), ([], self._line_of(span)))
        if label and label not in labels:
            labels.append(label)

    def _find_file_name(self, output: OutputOf) -> str:
        """Return the name of the file of an output."""
        task = self._workflow.tasks[output.task]
        if task.learns and task.result and task.result.file:
            return task.result.file
        declared = task.settings.get("outputs")
        if declared is not None and isinstance(declared.term, Items):
            items = declared.term.items
            if output.index < len(items):
                return _spell(items[output.index], self._workflow.source)
        return self._find_stored_name(output) or f"outputs[{output.index}]"

    def _find_stored_name(self, output: OutputOf) -> str:
        """Return it for a task that exists: the end of its dataset's name."""
        plan = self._planned.tasks.get(output.task)
        if plan is None or not plan.task_map:
            return ""
        names = output_datasets(plan.task_map)
        start = f"{plan.dataset}_"
        if output.index >= len(names) or not names[output.index].startswith(start):
            return ""
        return names[output.index].removeprefix(start).rstrip("/")

    def _line_of(self, span: Span) -> int:
        return self._workflow.source.position(span.start).line


def _find_inputs(task: Task) -> Iterator[TypedExpr]:
    """Yield the outputs, parameters and datasets that a task reads."""
    for term in task.terms:
        for leaf in leaves(term):
            if not isinstance(leaf, Known) or same(leaf.type, DATASET):
                yield leaf
    setting = task.settings.get("inDS")
    for item in items_of(setting.term) if setting else ():
        if isinstance(item, Known) and not same(item.type, DATASET):
            yield item


def describe_command(task: Task, source: Source) -> str:
    """Return the command of a task, with the values that are known; for a map its file."""
    if "exec" in task.settings:
        return _spell(task.settings["exec"].term, source)
    if "map" in task.settings:
        news = [_spell(replacement.new, source) for replacement in task.replacements]
        return ", ".join([f"map {_spell(task.settings['map'].term, source)}", *news])
    return ""


def _spell(term: TypedExpr, source: Source) -> str:
    match term:
        case Known():
            return as_text(term.value)
        case Template():
            return "".join(p if isinstance(p, str) else _spell(p, source) for p in term.parts)
    return f"{{{' '.join(source.text[term.span.start : term.span.end].split())}}}"


def _spell_value(known: Known) -> str:
    """Return a value as it is written in a source."""
    if isinstance(known.value, bool):
        return str(known.value).lower()
    return f'"{known.value}"' if isinstance(known.value, str) else str(known.value)
