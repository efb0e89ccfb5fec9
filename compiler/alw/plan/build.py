"""Plan a workflow: commands, datasets, and the maps that prun makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..check.graph import Graph
from ..diagnostics.diagnostic import Collector, Failed
from ..diagnostics.rules import DATASET_NAME, NO_DATASET, PRUN_REFUSES, PRUN_WARNS, Rule
from ..panda.client import PrunError
from ..panda.maps import Request, name_consolidated, output_datasets, read_whole, task_map
from ..prun import naming
from ..prun.acceptance import check_acceptance, explain_spelling, find_blamed, find_options
from ..prun.command import (
    Part,
    Stream,
    command_parts,
    end_safely,
    stream_key,
    stream_name,
    streams,
)
from ..prun.job_counts import files_per_output, most_jobs
from ..prun.job_line import Names, check_line_length, count_letters, stream_names
from ..prun.marked_text import MarkedText, render
from ..prun.option_checks import check_options
from ..prun.option_effects import check_option_effects
from ..prun.option_words import check_option_words
from ..prun.options import arguments
from ..prun.plan_context import PlanContext
from ..prun.streams import STREAM_OPTIONS, check_streams
from ..prun.unsent_files import report_unsent
from ..semantics.program import Loop, Task, Workflow
from ..semantics.types import STRING, same
from ..text.source import Reader, Span
from .collisions import report_shared_containers, report_shared_names
from .inputs import Inputs, inputs_of, most_files
from .learner import learner_options
from .literal import literal_reads
from .model import ActuatorPlan, Engine, LoopPlan, Planned, TaskPlan, WorkflowPlan
from .plan_cache import CachedPlan, PlanCache
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
        """What is wrong with the workflow's own dataset."""

    def plan(self) -> WorkflowPlan | Failed:
        workflow, context = self.workflow, self.context
        self.cache.forget_all_but(workflow.tasks.keys())
        for task in workflow.tasks.values():
            self.names[task.name] = self._name(task)
        names = {name: n for name, n in self.names.items() if not isinstance(n, Failed)}
        failed = report_shared_names(context, names)
        sandboxes = self._sandboxes()
        for name in _in_order(self.graph):
            self.plans[name] = self._remembered(workflow.tasks[name])
        plans: dict[str, TaskPlan] = {}
        for name, task in workflow.tasks.items():
            made = self.plans.get(name) or context.failed_before(task.head, f"task '{name}'")
            if isinstance(made, Failed):
                return made
            plans[name] = made
        failed = failed or report_shared_containers(context, plans) or literal_reads(context, plans)
        if failed:
            return failed
        loops: list[LoopPlan] = []
        for loop in workflow.loops:
            planned = self._loop(loop)
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

    def _sandboxes(self) -> Sandboxes | None:
        if not any("sandbox" in task.settings for task in self.workflow.tasks.values()):
            return None
        from .sandbox import Sandboxes

        stored = {name: stored.found.value for name, stored in self.stored.items()}
        return Sandboxes(self.context, stored, self.cache.archives)

    def _loop(self, loop: Loop) -> LoopPlan | Failed:
        repeat, learner = next(iter(loop.repeats), None), self.graph.learners.get(loop.name)
        params = {p.name: p.first.value for p in loop.params if p.first is not None}
        if repeat is None or repeat.bound is None or learner is None:
            return self.context.failed_before(loop.head, f"loop '{loop.name}'")
        if len(params) < len(loop.params) or (repeat.has_condition and repeat.condition is None):
            return self.context.failed_before(loop.head, f"loop '{loop.name}'")
        return LoopPlan(loop.name, params, learner, repeat.bound, repeat.condition)

    # Names

    def _name(self, task: Task) -> naming.DatasetName | Failed:
        setting = self.workflow.settings.get("outDS")
        base = setting.term if setting else None
        last = self.workflow.last_iteration_of(task)
        known = self.cache.name(task, base, last)
        if known is not None:
            return known
        stored: StoredMap | None = None
        if "map" in task.settings:
            found = stored_map(self.context, task)
            if isinstance(found, Failed):
                return found
            stored = self.stored[task.name] = found
        try:
            name = naming.dataset_name(
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
        except naming.Problem as problem:
            return self._unnamed(task, *problem.args)
        self.cache.keep_name(task, base, last, name)
        return name

    def _unnamed(
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

    # Tasks

    def _remembered(self, task: Task) -> TaskPlan | Failed:
        context, name = self.context, self.names[task.name]
        if isinstance(name, Failed):
            return self._task(task)
        before = tuple(
            (p, context.datasets.get(p), context.counts.get(p))
            for p in self.graph.parents[task.name]
        )
        last = self.workflow.last_iteration_of(task)
        kept = self.cache.plan(task, name, last, before)
        if kept is None:
            said = len(context.collector)
            made = self._task(task)
            if isinstance(made, TaskPlan) and len(context.collector) == said:
                kept = CachedPlan(made, context.datasets[task.name], context.counts[task.name])
                self.cache.keep_plan(task, name, last, before, kept)
            return made
        context.datasets[task.name], context.counts[task.name] = kept.datasets, kept.counts
        return kept.plan

    def _task(self, task: Task) -> TaskPlan | Failed:
        if "map" in task.settings:
            return self._from_map(task)
        actuator = self.engine.actuator(self.context, task) if task.learns else None
        if actuator is not None:
            return self._actuator(task, actuator)
        # each part reports its own problems, so that all of them are told in one run
        name = self.names[task.name]
        setting = task.settings.get("exec")
        if setting is None or not same(setting.term.type, STRING):
            parts: tuple[Part, ...] | Failed = self.context.failed_before(
                task.head, f"the command of '{task.name}'"
            )
        else:
            parts = command_parts(self.context, setting.term)
        options = arguments(self.context, task)
        refused = check_options(self.context, task)
        if task.learns:
            options = learner_options(self.context, task, options)
        if isinstance(name, Failed):
            return name
        if isinstance(parts, Failed):
            return parts
        if isinstance(options, Failed):
            return options
        if refused is not None:
            return refused
        span = setting.term.span if setting else task.head
        read = streams(parts)
        inputs = inputs_of(self.context, task, read, span)
        if isinstance(inputs, Failed):
            return inputs
        command = self._command(task, parts, span)
        if isinstance(command, Failed):
            return command
        in_dataset, planned = inputs.in_dataset, {option for option, _ in inputs.more}
        options = tuple(pair for pair in options if pair[0] not in planned)
        request = Request(
            end_safely(render(command, self.placeholders)),
            render(name.text, self.placeholders),
            None if in_dataset is None else render(in_dataset, self.placeholders),
            tuple(
                (option, None if text is None else render(text, self.placeholders))
                for option, text in (*options, *inputs.more)
            ),
        )
        answer = self._ask_prun(task, request)
        if isinstance(answer, Failed):
            return answer
        made, said = answer
        unfilled = check_streams(self.context, task, parts, request.arguments, made)
        if unfilled is not None:
            said |= STREAM_OPTIONS
        ignored = check_option_effects(self.context, task, request.arguments, made, said)
        return (
            unfilled
            or ignored
            or check_acceptance(self.context, task, name, made)
            or check_option_words(
                self.context, task, request.arguments, request.in_dataset is not None
            )
            or check_line_length(
                self.context, task, span, made, request.command, self._names(inputs)
            )
            or self._keep(task, made, inputs, request)
        )

    def _actuator(self, task: Task, made: ActuatorPlan | Failed) -> TaskPlan | Failed:
        name = self.names[task.name]
        if isinstance(name, Failed):
            return name
        if isinstance(made, Failed):
            return made
        dataset = render(name.text, self.placeholders)
        parents = tuple(self.graph.parents[task.name])
        self.context.datasets[task.name], self.context.counts[task.name] = [], []
        return TaskPlan(task.name, True, task.loop, parents, dataset, {}, made)

    def _from_map(self, task: Task) -> TaskPlan | Failed:
        name, stored = self.names[task.name], self.stored.get(task.name)
        if isinstance(name, Failed):
            return name
        if stored is None:
            return self.context.failed_before(task.head, f"the map of '{task.name}'")
        dataset = render(name.text, self.placeholders)
        made = adapted(self.context, task, stored, dataset)
        if isinstance(made, Failed):
            return made
        failed = check_acceptance(self.context, task, name, made)
        if failed:
            return failed
        planned = self._plan(task, made, dataset, most_jobs(made, ()))
        users = self.graph.children.get(task.name, ())
        return report_missing_outputs(self.context, task, users) or planned

    def _names(self, inputs: Inputs) -> list[Names]:
        """Return the names of the files in each stream, as far as they can be known."""
        maps = {name: plan.task_map for name, plan in self.planned().items()}
        found = [
            stream_names(stream, most_files(self.context, stream), maps)
            for stream in inputs.streams
        ]
        if inputs.said is not None:
            found[0] = count_letters(inputs.said)
        return found

    def _keep(self, task: Task, made: dict[str, Any], inputs: Inputs, request: Request) -> TaskPlan:
        if task.learns:
            # An instant queue: the learner starts at once (pandaserver/workflow/
            # workflow_utils.py:442 sets the same for its junctions).
            made["runOnInstant"] = True
            read_whole(made)
        jobs = 1 if task.learns else most_jobs(made, most_files(self.context, inputs.first))
        return self._plan(task, made, request.dataset, jobs)

    def _plan(self, task: Task, made: dict[str, Any], dataset: str, jobs: int | None) -> TaskPlan:
        name_consolidated(made, dataset)
        self.context.datasets[task.name] = output_datasets(made)
        self.context.counts[task.name] = files_per_output(made, jobs)
        return TaskPlan(
            task.name,
            task.learns,
            task.loop,
            tuple(self.graph.parents[task.name]),
            dataset,
            made,
        )

    def _ask_prun(self, task: Task, request: Request) -> tuple[dict[str, Any], set[str]] | Failed:
        """Return the map, and the options that prun warns about."""
        try:
            answer = task_map(request)
        except PrunError as error:
            at, help = find_blamed(task, error.message), explain_spelling(error.message)
            return self.context.fail(
                PRUN_REFUSES, at, f"prun refuses '{task.name}': {error.message}", help
            )
        for warning in answer.warnings:
            if task.learns and "nFilesPerJob" in warning:
                continue  # few files in a learner's one job are meant
            if "sandbox" in task.settings and "--useSandbox" in warning:
                continue  # said of the sandbox
            at, help = find_blamed(task, warning), explain_spelling(warning)
            self.context.report(PRUN_WARNS, at, f"prun warns about '{task.name}': {warning}", help)
        return answer.map, {name for text in answer.warnings for name in find_options(text)}

    def _command(self, task: Task, parts: tuple[Part, ...], span: Span) -> MarkedText | Failed:
        if task.learns:
            learner = self.engine.learner_command(self.context, task, parts, span)
            if isinstance(learner, Failed):
                return learner
            parts = learner
        numbers = {stream_key(d): n for n, d in enumerate(streams(parts))}
        return tuple(
            f"%{stream_name(numbers[stream_key(part.dataset)])}"
            if isinstance(part, Stream)
            else part
            for part in parts
        )


def _in_order(graph: Graph) -> Iterator[str]:
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
