"""The graph of dependencies: which task waits for which.

Dataflow is control flow: a task waits for the tasks whose outputs it uses and for those
named in ``after``; a task after the loop, which uses its parameters or names it, waits
for the loop's learner to end it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..semantics.expr import OutputOf, ParamValue
from ..semantics.program import Task, Workflow, fact
from ..text.source import Span


@dataclass(frozen=True, slots=True)
class Graph:
    """The dependencies of one workflow.

    ``parents[task][parent]`` is where the task says that it waits for the parent.
    """

    parents: Mapping[str, Mapping[str, Span]]
    children: Mapping[str, tuple[str, ...]]
    learners: Mapping[str, str]
    """The learner that decides a loop, by the loop's name; of loops with exactly one."""

    def ancestors(self, task: str) -> set[str]:
        """Return every task that ``task`` waits for, directly or not."""
        return set(reach(task, self.parents))

    def descendants(self, task: str) -> set[str]:
        """Return every task that waits for ``task``, directly or not."""
        return set(reach(task, self.children))

    def cycles(self) -> Iterator[list[str]]:
        """Yield one shortest cycle for every knot of tasks that wait for each other."""
        left = {task: set(parents) for task, parents in self.parents.items()}
        free = [task for task, parents in left.items() if not parents]
        while free:
            task = free.pop()
            for child in self.children.get(task, ()):
                left[child].discard(task)
                if not left[child]:
                    free.append(child)
        knotted = {task: parents for task, parents in left.items() if parents}
        told: set[str] = set()
        for task in knotted:
            if task in told:
                continue
            cycle = self._cycle_through(task, knotted)
            if cycle and not told.intersection(cycle):
                told.update(cycle)
                yield cycle

    def _cycle_through(self, start: str, knotted: Mapping[str, Iterable[str]]) -> list[str]:
        came: dict[str, str] = {}
        todo = [start]
        for task in todo:
            for parent in sorted(knotted.get(task, ())):
                if parent == start:
                    path = [task]
                    while path[-1] != start:
                        path.append(came[path[-1]])
                    return path[::-1]
                if parent not in came and parent in knotted:
                    came[parent] = task
                    todo.append(parent)
        return []


def reach(start: str, edges: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Yield what ``edges`` lead to from ``start``, directly or not."""
    seen = {start}
    todo = [start]
    while todo:
        for other in edges.get(todo.pop(), ()):
            if other not in seen:
                seen.add(other)
                todo.append(other)
                yield other


def build_graph(workflow: Workflow) -> Graph:
    """Return the dependencies of ``workflow``; names that define no task are left out."""
    learners = _learners(workflow)
    parents: dict[str, dict[str, Span]] = {}
    children: dict[str, list[str]] = {}
    for task in workflow.tasks.values():
        mine = parents[task.name] = dict[str, Span]()
        for name, span in _mentions(task, workflow.names.loops, learners):
            if name in workflow.tasks and name not in mine:
                mine[name] = span
                children.setdefault(name, []).append(task.name)
    return Graph(parents, {name: tuple(names) for name, names in children.items()}, learners)


def _learners(workflow: Workflow) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for task in workflow.tasks.values():
        if task.learns and task.loop:
            found.setdefault(task.loop, []).append(task.name)
    return {loop: names[0] for loop, names in found.items() if len(names) == 1}


def _mentions(
    task: Task, loops: Mapping[str, str], learners: Mapping[str, str]
) -> Iterator[tuple[str, Span]]:
    """Yield the tasks that ``task`` waits for: of a loop that it is not in, the learner.

    :param loops: the loops of parameters.
    """
    for leaf in _reads(task):
        if isinstance(leaf, OutputOf):
            yield leaf.task, leaf.span
        elif (loop := loops.get(leaf.name, "")) != task.loop and loop in learners:
            yield learners[loop], leaf.span
    for mention in task.after:
        other = learners.get(mention.name) if mention.name != task.loop else None
        yield other or mention.name, mention.span


@fact
def _reads(task: Task) -> tuple[OutputOf | ParamValue, ...]:
    return tuple(leaf for leaf in task.leaves if isinstance(leaf, OutputOf | ParamValue))
