"""The names that may stand at a wanted: those in scope there, and no others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..check.graph import Graph
from ..check.language.output_numbers import output_count
from ..driver.result import Analysis
from ..panda.maps import output_datasets
from ..semantics.program import Task
from ..syntax.tree import Block, Declaration, Field, Ref
from .bindings import Binding, binding_at, bindings
from .cursor import Context
from .describe import describe_item, form, output, plan_of
from .locate import walk
from .value_context import ValueContext
from .vocabulary import ITERATION, MEMBERS


@dataclass(frozen=True, slots=True)
class Offer:
    """A name that may stand somewhere; ``kind`` is a completion's."""

    label: str
    kind: str
    detail: str
    documentation: str


@dataclass(frozen=True)
class VisibleNames:
    """The names of the workflow around a cursor."""

    analysis: Analysis
    binding: Binding
    context: Context

    @cached_property
    def loop(self) -> str | None:
        """The loop around the cursor."""
        around = self.context.around("loop")
        return around.name if around else None

    @cached_property
    def task(self) -> str | None:
        """The task around the cursor."""
        around = self.context.around("task") or self.context.around("learn")
        return around.name if around else None

    @cached_property
    def graph(self) -> Graph:
        """Return which task waits for which."""
        workflows = self.analysis.workflows
        return next(g for w, g, _ in workflows if w is self.binding.workflow)

    @cached_property
    def behind(self) -> set[str]:
        """The task around the cursor, and those that wait for it."""
        if self.task is None or self.task not in self.graph.parents:
            return set() if self.task is None else {self.task}
        return {self.task, *self.graph.descendants(self.task)}

    @cached_property
    def circular(self) -> set[str]:
        """The constants that the one being written must not use: itself, and those it feeds."""
        row = self.context.item
        if len(row) < 2 or row[0].text not in ("input", "const"):
            return set()
        users: dict[str, list[str]] = {}
        for name, item in self.binding.workflow.names.meanings.items():
            if isinstance(item, Declaration):
                for node in walk(item):
                    if isinstance(node, Ref):
                        users.setdefault(node.name, []).append(name)
        found, todo = set[str](), [row[1].text]
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo += users.get(name, ())
        return found

    def values(self, wanted: ValueContext) -> Iterator[Offer]:
        """Yield what is, or begins, a value that fits ``wanted``."""
        names = self.binding.workflow.names
        for name, item in names.meanings.items():
            if not isinstance(item, Declaration) or item.type.name not in wanted.types:
                continue
            if item.keyword == "param":
                if wanted.uses in ("command", "condition") and names.loops[name] == self.loop:
                    yield self._offer(name, "variable", item)
            elif name not in self.circular:
                yield self._offer(name, "constant" if item.keyword == "const" else "variable", item)
        if self.loop and "int" in wanted.types and wanted.uses in ("command", "condition", "name"):
            yield Offer("iteration", "variable", "int", ITERATION)
        yield from self._members(wanted)

    def _members(self, wanted: ValueContext) -> Iterator[Offer]:
        for name, item in self.binding.workflow.names.meanings.items():
            if isinstance(item, Block):
                for offer in self.members(name, wanted):
                    yield Offer(
                        f"{name}.{offer.label}", offer.kind, offer.detail, offer.documentation
                    )

    def members(self, owner: str, wanted: ValueContext) -> Iterator[Offer]:
        """The members of a task or a loop that may stand at ``wanted``."""
        names = self.binding.workflow.names
        item = names.meanings.get(owner)
        if not isinstance(item, Block):
            return
        if item.keyword == "loop":
            if self.loop is None and self.task is not None and wanted.uses == "command":
                for name, param in names.meanings.items():
                    inside = isinstance(param, Declaration) and names.loops.get(name) == owner
                    if inside and param.keyword == "param":
                        yield self._offer(name, "variable", param)
            return
        task = self.binding.workflow.tasks.get(owner)
        if task is None:
            return
        if wanted.uses == "condition":
            if task.learns and names.loops.get(owner) == self.loop:
                yield from self._fields(item, wanted)
        elif owner not in self.behind and self._reaches(task):
            if wanted.uses == "sandbox":
                if "sandbox" in task.settings or "map" in task.settings:
                    yield Offer("sandbox", "property", "sandbox", MEMBERS["sandbox"])
            elif wanted.uses in ("command", "text") and self._reads(wanted):
                yield from self._outputs(task)

    def _reads(self, wanted: ValueContext) -> bool:
        """Return whether datasets have a meaning there; a stored map has its own."""
        task = self.binding.workflow.tasks.get(self.task or "")
        return wanted.types != ("string",) and not (task and "map" in task.settings)

    def _reaches(self, other: Task) -> bool:
        """Return whether the task around the cursor may wait for ``other``."""
        names = self.binding.workflow.names
        return self.loop is None or names.loops.get(other.name) == self.loop

    def _fields(self, learner: Block, wanted: ValueContext) -> Iterator[Offer]:
        for owner, field in self.binding.fields():
            if owner is learner and field.type.name in wanted.types:
                yield self._offer(field.name.text, "field", field)
        if "bool" in wanted.types:
            yield Offer("result", "field", "bool", MEMBERS["result"])

    def _outputs(self, task: Task) -> Iterator[Offer]:
        plan = plan_of(self.analysis, self.binding).tasks.get(task.name)
        count = 1 if task.learns else output_count(task.settings)
        if "map" in task.settings and plan is not None:
            count = len(output_datasets(plan.task_map))
        for index in range(min(count or 0, 20)):
            dataset = (output(plan, index) if plan is not None else None) or "dataset"
            yield Offer(f"outputs[{index}]", "property", dataset, MEMBERS["outputs"])

    def waits(self, taken: Sequence[str]) -> Iterator[Offer]:
        """Yield what ``after`` may name."""
        names = self.binding.workflow.names
        for name, item in names.meanings.items():
            if not isinstance(item, Block) or name in taken or name in self.behind:
                continue
            if item.keyword == "loop":
                if self.loop is None:
                    yield self._offer(name, "task", item)
            elif name in self.binding.workflow.tasks and self._reaches(
                self.binding.workflow.tasks[name]
            ):
                yield self._offer(name, "task", item)

    def fields(self) -> Iterator[tuple[Offer, str]]:
        """The parameters whose next value the result around the cursor does not give yet.

        Each with its type as it is declared.
        """
        names = self.binding.workflow.names
        given = {field.name.text for owner, field in self.binding.fields()}
        for name, item in names.meanings.items():
            if isinstance(item, Declaration) and item.keyword == "param" and name not in given:
                span = item.type.span
                kind = self.analysis.source.text[span.start : span.end]
                yield self._offer(name, "field", item), kind

    def _offer(self, name: str, kind: str, item: Declaration | Block | Field) -> Offer:
        detail = form(self.analysis, item)
        return Offer(name, kind, detail, describe_item(self.analysis, self.binding, item))


def visible_names(analysis: Analysis, context: Context, offset: int) -> VisibleNames | None:
    """The names around the cursor, if a workflow is there."""
    binding = binding_at(analysis, offset)
    around = context.around("workflow")
    if binding is None and around is not None:
        # the tree may end before a cursor behind what could be read
        written = [b for b in bindings(analysis) if b.block.span.start <= around.start]
        binding = written[-1] if written else None
    return VisibleNames(analysis, binding, context) if binding else None
