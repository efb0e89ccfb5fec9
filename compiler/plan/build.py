"""Plan a workflow: commands, datasets, and the maps that prun makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..check.graph import Graph
from ..diagnostics import Collector
from ..panda.client import PrunError
from ..panda.maps import Request, name_consolidated, output_datasets, task_map
from ..rules import PRUN, PRUN_WARNS
from ..semantics.program import Loop, Task, Workflow
from ..semantics.terms import Known, OutputOf
from ..source import Reader, Span
from . import naming
from .acceptance import acceptable, blamed
from .actuator import actuator
from .collisions import report_shared_names, share_containers
from .command import Part, Stream, command_parts, ending_safely, stream_key, stream_name, streams
from .desk import Desk
from .inputs import inputs_of
from .learner import learner_command, learner_options
from .literal import literal_reads
from .memory import KeptPlan, PlannedTasks
from .model import Engine, LoopPlan, Planned, TaskPlan, Text, WorkflowPlan, render
from .options import arguments, prun_settings
from .splitting import files_per_output, number_of_jobs
from .stored import StoredMap, adapted, report_missing_outputs, stored_map

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
        memory: PlannedTasks,
    ) -> None:
        self.memory = memory
        self.workflow = workflow
        self.graph = graph
        self.engine = engine
        self.placeholders = engine.placeholders
        self.desk = Desk(workflow, collector, reader)
        self.report = self.desk.report
        self.names: dict[str, naming.DatasetName] = {}
        self.plans: dict[str, TaskPlan] = {}
        self.stored: dict[str, StoredMap] = {}
        repeats = workflow.loop.repeats if workflow.loop else ()
        self.longest = (repeats[0].bound if repeats else None) or 1

    def plan(self) -> WorkflowPlan | None:
        workflow = self.workflow
        for task in workflow.tasks.values():
            self._name(task)
        report_shared_names(self.desk, self.names, self.longest)
        sandboxes = self._sandboxes()
        for name in _in_order(self.graph):
            self._remembered(workflow.tasks[name])
        mark = self.placeholders.iteration()
        if len(self.plans) < len(workflow.tasks):
            return None
        if share_containers(self.desk, self.names, self.longest, mark):
            return None
        if literal_reads(self.desk, mark):
            return None
        loop = self._loop(workflow.loop) if workflow.loop else None
        if workflow.loop and loop is None:
            return None
        plans = {name: self.plans[name] for name in workflow.tasks}
        if sandboxes is None:
            return WorkflowPlan(workflow.name, tuple(plans.values()), loop)
        ordered = sandboxes.put_into(plans)
        return WorkflowPlan(workflow.name, ordered, loop, sandboxes.archives)

    def _sandboxes(self) -> Sandboxes | None:
        if not any("sandbox" in task.settings for task in self.workflow.tasks.values()):
            return None
        from .sandbox import Sandboxes

        stored = {name: stored.found.value for name, stored in self.stored.items()}
        return Sandboxes(self.desk, stored, self.memory.archives)

    def _loop(self, loop: Loop) -> LoopPlan | None:
        bound = loop.repeats[0].bound if loop.repeats else None
        learner = self.graph.learner
        if bound is None or learner is None or any(p.first is None for p in loop.params):
            return None
        params = {p.name: p.first.value for p in loop.params if p.first is not None}
        return LoopPlan(loop.name, params, learner, bound)

    # Names

    def _name(self, task: Task) -> None:
        setting = self.workflow.settings.get("dataset")
        base = setting.term if setting else None
        known = self.memory.name(task, base, self.longest)
        if known is not None:
            self.names[task.name] = known
            return
        try:
            stored = None
            if "map" in task.settings:
                stored = stored_map(self.desk, task)
                if stored is None:
                    return
                self.stored[task.name] = stored
            name = naming.dataset_name(
                self.workflow, task, self.placeholders.counts, stored.dataset if stored else None
            )
            if name is None:
                return
            options = {option.name for option, _ in prun_settings(task)}
            if stored and stored.dataset.startswith("group"):
                options.add("official")
            naming.check_name(name, task, self.longest, options)
        except naming.Problem as problem:
            self.report(*problem.args)
            return
        self.names[task.name] = name
        self.memory.keep_name(task, base, self.longest, name)

    # Tasks

    def _remembered(self, task: Task) -> None:
        desk, name = self.desk, self.names.get(task.name)
        if name is None:
            self._task(task)
            return
        before = tuple(
            (p, desk.datasets.get(p), desk.counts.get(p)) for p in self.graph.parents[task.name]
        )
        kept = self.memory.plan(task, name, self.longest, before)
        if kept is None:
            said = len(desk.collector)
            self._task(task)
            if task.name in self.plans and len(desk.collector) == said:
                kept = KeptPlan(
                    self.plans[task.name], desk.datasets[task.name], desk.counts[task.name]
                )
                self.memory.keep_plan(task, name, self.longest, before, kept)
            return
        self.plans[task.name] = kept.plan
        desk.datasets[task.name], desk.counts[task.name] = kept.datasets, kept.counts

    def _task(self, task: Task) -> None:
        if "map" in task.settings:
            self._from_map(task)
            return
        if task.learns and self.engine.actuators:
            self._actuator(task)
            return
        name = self.names.get(task.name)
        setting = task.settings.get("exec")
        parts = command_parts(setting.term, self.report) if setting else None
        options = arguments(task, self.desk.dataset_of, self.report)
        if task.learns:
            options = learner_options(self.desk, task, options)
        if name is None or parts is None or options is None or setting is None:
            return
        read = streams(parts)
        inputs = inputs_of(self.desk, task, read, setting.term.span)
        if inputs is None:
            return
        in_dataset, more = inputs
        command = self._command(task, parts, setting.term.span)
        if command is None:
            return
        request = Request(
            ending_safely(render(command, self.placeholders)),
            render(name.text, self.placeholders),
            in_dataset,
            tuple(
                (option, None if text is None else render(text, self.placeholders))
                for option, text in (*options, *more)
            ),
        )
        made = self._ask_prun(task, request)
        if made is not None and acceptable(
            self.desk, task, name, made, self.longest, self.placeholders
        ):
            self._keep(task, made, read, request)

    def _actuator(self, task: Task) -> None:
        name, made = self.names.get(task.name), actuator(self.desk, task)
        if name is not None and made is not None:
            dataset = render(name.text, self.placeholders)
            parents = tuple(self.graph.parents[task.name])
            self.desk.datasets[task.name], self.desk.counts[task.name] = [], []
            self.plans[task.name] = TaskPlan(
                task.name, True, task.in_loop, parents, dataset, {}, made
            )

    def _from_map(self, task: Task) -> None:
        name, stored = self.names.get(task.name), self.stored.get(task.name)
        if name is None or stored is None:
            return
        dataset = render(name.text, self.placeholders)
        made = adapted(self.desk, task, stored, dataset, self.placeholders)
        if made is not None and acceptable(
            self.desk, task, name, made, self.longest, self.placeholders
        ):
            self._plan(task, made, dataset, number_of_jobs(made, None))
            report_missing_outputs(self.desk, task, self.graph.children.get(task.name, ()))

    def _keep(
        self, task: Task, made: dict[str, Any], read: list[OutputOf | Known], request: Request
    ) -> None:
        if task.learns:
            # An instant queue: the learner starts at once (pandaserver/workflow/
            # workflow_utils.py:442 sets the same for its junctions).
            made["runOnInstant"] = True
        own = next((s.term for o, s in prun_settings(task) if o.name == "inDS"), None)
        if isinstance(own, OutputOf):
            read = [own]
        files = self.desk.file_count(read[0]) if read else None
        self._plan(task, made, request.dataset, 1 if task.learns else number_of_jobs(made, files))

    def _plan(self, task: Task, made: dict[str, Any], dataset: str, jobs: int | None) -> None:
        name_consolidated(made, dataset)
        self.desk.datasets[task.name] = output_datasets(made)
        self.desk.counts[task.name] = files_per_output(made, jobs)
        self.plans[task.name] = TaskPlan(
            task.name,
            task.learns,
            task.in_loop,
            tuple(self.graph.parents[task.name]),
            dataset,
            made,
        )

    def _ask_prun(self, task: Task, request: Request) -> dict[str, Any] | None:
        try:
            answer = task_map(request)
        except PrunError as error:
            at = blamed(task, error.message)
            self.report(PRUN, at, f"prun refuses '{task.name}': {error.message}")
            return None
        for warning in answer.warnings:
            if task.learns and "nFilesPerJob" in warning:
                continue  # few files in a learner's one job are meant
            if "sandbox" in task.settings and "--useSandbox" in warning:
                continue  # said of the sandbox
            at = blamed(task, warning)
            self.report(PRUN_WARNS, at, f"prun warns about '{task.name}': {warning}")
        return answer.map

    def _command(self, task: Task, parts: tuple[Part, ...], span: Span) -> Text | None:
        if task.learns:
            learner = learner_command(self.desk, task, parts, span)
            if learner is None:
                return None
            parts = learner
        numbers = {stream_key(d): n for n, d in enumerate(streams(parts))}
        return tuple(
            f"%{stream_name(numbers[stream_key(part.dataset)])}"
            if isinstance(part, Stream)
            else part
            for part in parts
        )


def _in_order(graph: Graph) -> Iterator[str]:
    """Tasks behind the tasks they wait for; those in a cycle are left out."""
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
    memory: PlannedTasks | None = None,
) -> Planned:
    """Plan ``workflow``.

    :param reader: reads the stored maps of its tasks.
    :param memory: what is known of its tasks.
    """
    planner = _Planner(workflow, graph, engine, collector, reader, memory or PlannedTasks())
    whole = planner.plan()
    return Planned(whole, {t.name: t for t in whole.tasks} if whole else planner.plans)
