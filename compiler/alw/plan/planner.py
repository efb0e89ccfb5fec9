"""Plan a workflow: commands, datasets, and the maps that prun makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ..check.graph import Graph
from ..diagnostics.diagnostic import Collector, Failed
from ..diagnostics.rules import DATASET_NAME, NO_DATASET, Rule
from ..prun import naming
from ..prun.plan_context import PlanContext
from ..prun.unsent_files import report_unsent
from ..semantics.program import Loop, Task, Workflow
from ..text.source import Reader, Span
from .collisions import report_shared_containers, report_shared_names
from .literal import report_literal_reads
from .model import Engine, LoopPlan, Planned, TaskPlan, WorkflowPlan
from .plan_cache import CachedPlan, PlanCache
from .stored import StoredMap, read_stored_map
from .task_planner import TaskPlanner

if TYPE_CHECKING:
    from .sandbox import Sandboxes


class _Planner:
    def __init__(
        self,
        workflow: Workflow,
        graph: Graph,
        engine: Engine,
        collector: Collector,
        reader: Reader,
        cache: PlanCache,
    ) -> None:
        self.cache = cache
        self.workflow = workflow
        self.graph = graph
        self.engine = engine
        self.placeholders = engine.capabilities.placeholders
        self.context = PlanContext(workflow, collector, engine.capabilities, reader)
        self.names: dict[str, naming.DatasetName | Failed] = {}
        self.plans: dict[str, TaskPlan | Failed] = {}
        self.stored: dict[str, StoredMap] = {}
        self.unnamed: dict[Rule, Failed] = {}
        """The failures of the workflow's own dataset."""
        self.tasks = TaskPlanner(self.context, graph, engine, self.names, self.stored, self.plans)

    def plan(self) -> WorkflowPlan | Failed:
        workflow, context = self.workflow, self.context
        self.cache.forget_all_but(workflow.tasks.keys())
        for task in workflow.tasks.values():
            self.names[task.name] = self._name_dataset(task)
        names = {name: n for name, n in self.names.items() if not isinstance(n, Failed)}
        failed = report_shared_names(context, names)
        sandboxes = self._find_sandboxes()
        for name in _sort_tasks(self.graph):
            self.plans[name] = self._plan_or_recall(workflow.tasks[name])
        plans: dict[str, TaskPlan] = {}
        for name, task in workflow.tasks.items():
            made = self.plans.get(name) or context.failed_before(task.head, f"task '{name}'")
            if isinstance(made, Failed):
                return made
            plans[name] = made
        failed = (
            failed
            or report_shared_containers(context, plans)
            or report_literal_reads(context, plans)
        )
        if failed:
            return failed
        loops: list[LoopPlan] = []
        for loop in workflow.loops:
            planned = self._plan_loop(loop)
            if isinstance(planned, Failed):
                return planned
            loops.append(planned)
        if sandboxes is None:
            report_unsent(context, {})
            return WorkflowPlan(workflow.name, tuple(plans.values()), tuple(loops))
        ordered = sandboxes.put_into(plans)
        if sandboxes.failed is not None:
            return sandboxes.failed
        report_unsent(context, sandboxes.sent())
        return WorkflowPlan(workflow.name, ordered, tuple(loops), sandboxes.archives)

    def planned(self) -> Mapping[str, TaskPlan]:
        """Return the tasks that could be planned."""
        return {name: made for name, made in self.plans.items() if isinstance(made, TaskPlan)}

    def _find_sandboxes(self) -> Sandboxes | None:
        if not any("sandbox" in task.settings for task in self.workflow.tasks.values()):
            return None
        from .sandbox import Sandboxes

        stored = {name: stored.found.value for name, stored in self.stored.items()}
        return Sandboxes(self.context, stored, self.cache.archives)

    def _plan_loop(self, loop: Loop) -> LoopPlan | Failed:
        repeat, learner = next(iter(loop.repeats), None), self.graph.learners.get(loop.name)
        params = {p.name: p.first.value for p in loop.params if p.first is not None}
        if repeat is None or repeat.bound is None or learner is None:
            return self.context.failed_before(loop.head, f"loop '{loop.name}'")
        if len(params) < len(loop.params) or (repeat.has_condition and repeat.condition is None):
            return self.context.failed_before(loop.head, f"loop '{loop.name}'")
        return LoopPlan(loop.name, params, learner, repeat.bound, repeat.condition)

    def _name_dataset(self, task: Task) -> naming.DatasetName | Failed:
        setting = self.workflow.settings.get("outDS")
        base = setting.term if setting else None
        last = self.workflow.last_iteration_of(task)
        known = self.cache.name(task, base, last)
        if known is not None:
            return known
        stored: StoredMap | None = None
        if "map" in task.settings:
            found = read_stored_map(self.context, task)
            if isinstance(found, Failed):
                return found
            stored = self.stored[task.name] = found
        try:
            name = naming.make_dataset_name(
                self.workflow,
                task,
                self.engine.capabilities.numbers_iterations,
                stored.dataset if stored else None,
            )
            if name is None:
                return self.context.failed_before(task.head, f"the dataset's name of '{task.name}'")
            options = set(task.settings)
            if stored and stored.dataset.startswith("group"):
                options.add("official")
            naming.check_name(name, task, last, options, self.placeholders)
        except naming.UnusableName as problem:
            return self._report_name(task, *problem.args)
        self.cache.keep_name(task, base, last, name)
        return name

    def _report_name(
        self, task: Task, rule: Rule, span: Span, message: str, help: str
    ) -> naming.DatasetName | Failed:
        """Report a name that cannot be used; once, if it is the one of the workflow."""
        setting = self.workflow.settings.get("outDS")
        ours = rule == NO_DATASET or (
            rule == DATASET_NAME and setting is not None and span == setting.term.span
        )
        failed = self.unnamed.get(rule) if ours else None
        if failed is None:
            failed = self.context.fail(rule, span, message, help)
            if ours:
                self.unnamed[rule] = failed
        return failed

    def _plan_or_recall(self, task: Task) -> TaskPlan | Failed:
        context, name = self.context, self.names[task.name]
        if isinstance(name, Failed):
            return self.tasks.plan_task(task)
        before = tuple(
            (p, context.datasets.get(p), context.counts.get(p))
            for p in self.graph.parents[task.name]
        )
        last = self.workflow.last_iteration_of(task)
        kept = self.cache.plan(task, name, last, before)
        if kept is not None and kept.had_errors and not context.collector.has_errors:
            kept = None
        if kept is None:
            said = len(context.collector)
            made = self.tasks.plan_task(task)
            if isinstance(made, TaskPlan) and len(context.collector) == said:
                kept = CachedPlan(
                    made,
                    context.datasets[task.name],
                    context.counts[task.name],
                    context.collector.has_errors,
                )
                self.cache.keep_plan(task, name, last, before, kept)
            return made
        context.datasets[task.name], context.counts[task.name] = kept.datasets, kept.counts
        return kept.plan


def _sort_tasks(graph: Graph) -> Iterator[str]:
    """Yield tasks after the tasks they wait for; those in a cycle are left out."""
    waiting = {task: len(parents) for task, parents in graph.parents.items()}
    ready = [task for task, count in waiting.items() if not count]
    for task in ready:
        for child in graph.children.get(task, ()):
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
        yield task


def plan(
    workflow: Workflow,
    graph: Graph,
    engine: Engine,
    collector: Collector,
    reader: Reader,
    cache: PlanCache | None = None,
) -> Planned:
    """Plan ``workflow``.

    :param reader: reads the stored maps of its tasks.
    :param cache: what is known of its tasks.
    """
    planner = _Planner(workflow, graph, engine, collector, reader, cache or PlanCache())
    whole = planner.plan()
    tasks = planner.planned() if isinstance(whole, Failed) else {t.name: t for t in whole.tasks}
    return Planned(whole, tasks)
