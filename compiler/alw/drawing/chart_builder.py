"""What there is to draw of resolved workflows, also of those that have errors."""

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


def drawing(workflows: Iterable[tuple[Workflow, Graph, Planned]], links: Links) -> Drawing:
    """The drawing of ``workflows``, as ``analyse`` gives them."""
    charts = (
        _Chart(workflow, planned, f"w{number}").made()
        for number, (workflow, _, planned) in enumerate(workflows, 1)
    )
    return Drawing(tuple(charts), links)


class _Chart:
    """The chart of one workflow, being made."""

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

    def made(self) -> Chart:
        workflow = self._workflow
        loops = [(f"{self._id}l{n}", loop) for n, loop in enumerate(workflow.loops, 1)]
        nodes: list[Node] = []
        for id, loop in loops:
            nodes.append(self._start(id, loop))
            self._around(id, loop)
        nodes += [self._node(task) for task in workflow.tasks.values()]
        nodes += [self._repeat(id, loop) for id, loop in loops]
        for task in workflow.tasks.values():
            self._into(task)
        flows = tuple(
            Flow(source, target, kind, tuple(labels), line)
            for (source, target, kind), (labels, line) in self._flows.items()
            if kind is not FlowKind.NOTHING or not self._flows_otherwise(source, target)
        )
        frames = tuple(Frame(id, f"loop {loop.name}", self._line(loop.head)) for id, loop in loops)
        everything = (*self._datasets.values(), *nodes)
        head = self._line(workflow.head)
        return Chart(self._id, f"workflow {workflow.name}", head, everything, frames, flows)

    def _flows_otherwise(self, source: str, target: str) -> bool:
        """Whether it goes without saying that one waits for the other."""
        return any((source, target, c) in self._flows for c in (FlowKind.FILES, FlowKind.VALUES))

    # Nodes

    def _node(self, task: Task) -> Node:
        kind = NodeKind.LEARNER if task.learns else NodeKind.TASK
        line, loop = self._line(task.head), self._loops.get(task.name)
        detail = command(task, self._workflow.source)
        return Node(self._tasks[task.name], kind, task.name, (), detail, line, loop)

    def _start(self, id: str, loop: Loop) -> Node:
        rows = tuple(
            f"{param.name}: {param.type}" + (f" = {_value(param.first)}" if param.first else "")
            for param in loop.params
        )
        line = self._line(loop.params[0].span if loop.params else loop.head)
        title = "parameters" if rows else "next iteration"
        return Node(f"{id}s", NodeKind.START, title, rows, "first values", line, id)

    def _repeat(self, id: str, loop: Loop) -> Node:
        if not loop.repeats:
            line = self._line(loop.head)
            return Node(
                f"{id}r", NodeKind.REPEAT, "repeat ?", (), "nothing says how often", line, id
            )
        span = loop.repeats[0].span
        tokens = tokenize(self._workflow.source.text, span.start, span.end, skip=("COMMENT",))
        text = "".join(token.text for token in tokens)
        line = self._line(span)
        return Node(f"{id}r", NodeKind.REPEAT, " ".join(text.split()), (), "", line, id)

    def _dataset(self, known: Known) -> str:
        name = str(known.value)
        if name not in self._datasets:
            id, line = f"{self._id}d{len(self._datasets) + 1}", self._line(known.span)
            self._datasets[name] = Node(
                id, NodeKind.DATASET, name, (), "a dataset that exists", line
            )
        return self._datasets[name].id

    # Flows

    def _into(self, task: Task) -> None:
        """What flows into a task."""
        me = self._tasks[task.name]
        for leaf in _read(task):
            match leaf:
                case OutputOf() if leaf.task in self._tasks:
                    label = self._file(leaf)
                    self._flow(self._tasks[leaf.task], me, FlowKind.FILES, leaf.span, label)
                case ParamValue():
                    self._param(task, leaf)
                case Known():
                    self._flow(self._dataset(leaf), me, FlowKind.FILES, leaf.span)
        loops = {loop.name: n for n, loop in enumerate(self._workflow.loops, 1)}
        for mention in task.after:
            if mention.name in self._tasks:
                source = self._tasks[mention.name]
                self._flow(source, me, FlowKind.NOTHING, mention.span)
            elif mention.name in loops:
                source = f"{self._id}l{loops[mention.name]}"
                if self._loops.get(task.name) != source:
                    self._flow(f"{source}r", me, FlowKind.NOTHING, mention.span)

    def _param(self, task: Task, leaf: ParamValue) -> None:
        for number, loop in enumerate(self._workflow.loops, 1):
            if loop.param(leaf.name) is None:
                continue
            id, me = f"{self._id}l{number}", self._tasks[task.name]
            if self._loops.get(task.name) == id:
                self._flow(f"{id}s", me, FlowKind.VALUES, leaf.span)
            else:
                self._flow(f"{id}r", me, FlowKind.VALUES, leaf.span, leaf.name)

    def _around(self, id: str, loop: Loop) -> None:
        """What flows from the learner to the next iteration."""
        fields: list[str] = []
        for name in loop.tasks:
            result = self._workflow.tasks[name].result
            if self._workflow.tasks[name].learns:
                span = result.file_span if result else self._workflow.tasks[name].head
                label = result.file if result else ""
                self._flow(self._tasks[name], f"{id}r", FlowKind.FILES, span, label)
            fields += [field.name for field in result.fields] if result else []
        span = loop.repeats[0].span if loop.repeats else loop.head
        back = [param.name for param in loop.params if param.name in fields]
        for label in back or [""]:
            self._flow(f"{id}r", f"{id}s", FlowKind.BACK, span, label)

    def _flow(self, source: str, target: str, kind: FlowKind, span: Span, label: str = "") -> None:
        labels, _ = self._flows.setdefault((source, target, kind), ([], self._line(span)))
        if label and label not in labels:
            labels.append(label)

    def _file(self, output: OutputOf) -> str:
        """The name of the file that an output is."""
        task = self._workflow.tasks[output.task]
        if task.learns and task.result and task.result.file:
            return task.result.file
        declared = task.settings.get("outputs")
        if declared is not None and isinstance(declared.term, Items):
            items = declared.term.items
            if output.index < len(items):
                return _text(items[output.index], self._workflow.source)
        return self._stored_file(output) or f"outputs[{output.index}]"

    def _stored_file(self, output: OutputOf) -> str:
        """Likewise, of a task that exists: what its dataset's name ends in."""
        plan = self._planned.tasks.get(output.task)
        if plan is None or not plan.task_map:
            return ""
        names = output_datasets(plan.task_map)
        start = f"{plan.dataset}_"
        if output.index >= len(names) or not names[output.index].startswith(start):
            return ""
        return names[output.index].removeprefix(start).rstrip("/")

    def _line(self, span: Span) -> int:
        return self._workflow.source.position(span.start).line


def _read(task: Task) -> Iterator[TypedExpr]:
    """What a task reads: outputs, parameters and datasets."""
    for term in task.terms:
        for leaf in leaves(term):
            if not isinstance(leaf, Known) or same(leaf.type, DATASET):
                yield leaf
    setting = task.settings.get("inDS")
    for item in items_of(setting.term) if setting else ():
        if isinstance(item, Known) and not same(item.type, DATASET):
            yield item


def command(task: Task, source: Source) -> str:
    """The command of a task, with what is known; of a task that exists, where it stands."""
    if "exec" in task.settings:
        return _text(task.settings["exec"].term, source)
    if "map" in task.settings:
        news = [_text(replacement.new, source) for replacement in task.replacements]
        return ", ".join([f"map {_text(task.settings['map'].term, source)}", *news])
    return ""


def _text(term: TypedExpr, source: Source) -> str:
    match term:
        case Known():
            return as_text(term.value)
        case Template():
            return "".join(p if isinstance(p, str) else _text(p, source) for p in term.parts)
    return f"{{{' '.join(source.text[term.span.start : term.span.end].split())}}}"


def _value(known: Known) -> str:
    """A value as it is written in a source."""
    if isinstance(known.value, bool):
        return str(known.value).lower()
    return f'"{known.value}"' if isinstance(known.value, str) else str(known.value)
