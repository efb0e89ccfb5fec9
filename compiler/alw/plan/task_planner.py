"""Plan one task: its command, its options and its inputs, and the map that prun makes of them.

Each part reports its own problems, so that one run reports all of them; only then the first failure
ends the task.  A task becomes one of three things: the answer of prun, a stored map with its
datasets renamed, or, for a learner, an actuator that the engine runs itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..check.graph import Graph
from ..diagnostics.diagnostic import Failed
from ..diagnostics.rules import PRUN_REFUSES, PRUN_WARNS
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
from ..prun.job_line import FileNames, check_line_length, measure_names, stream_names
from ..prun.marked_text import MarkedText, render
from ..prun.option_checks import check_options
from ..prun.option_effects import check_option_effects
from ..prun.option_words import check_option_words
from ..prun.options import arguments
from ..prun.plan_context import PlanContext
from ..prun.streams import STREAM_OPTIONS, check_streams
from ..semantics.program import Task
from ..semantics.types import STRING, same
from ..text.source import Span
from .inputs import TaskInputs, count_most_files, plan_inputs
from .learner import plan_learner_options
from .model import ActuatorPlan, Engine, TaskPlan
from .stored import StoredMap, adapt_map, report_missing_outputs


class TaskPlanner:
    """Plans the tasks of one workflow, each after those that it waits for.

    :param names: of the tasks' datasets.
    :param stored: the stored maps of tasks.
    :param plans: of the tasks before; those of a learner's inputs say how many files it reads.
    """

    def __init__(
        self,
        context: PlanContext,
        graph: Graph,
        engine: Engine,
        names: Mapping[str, naming.DatasetName | Failed],
        stored: Mapping[str, StoredMap],
        plans: Mapping[str, TaskPlan | Failed],
    ) -> None:
        self._context = context
        self._graph = graph
        self._engine = engine
        self._placeholders = engine.capabilities.placeholders
        self._dataset_names = names
        self._stored = stored
        self._plans = plans

    def plan_task(self, task: Task) -> TaskPlan | Failed:
        """Plan ``task``; the tasks that it waits for have been planned."""
        if "map" in task.settings:
            return self._plan_stored(task)
        actuator = self._engine.plan_actuator(self._context, task) if task.learns else None
        if actuator is not None:
            return self._plan_actuator(task, actuator)
        # each part reports its own problems, so that all of them are told in one run
        name = self._dataset_names[task.name]
        setting = task.settings.get("exec")
        if setting is None or not same(setting.term.type, STRING):
            parts: tuple[Part, ...] | Failed = self._context.failed_before(
                task.head, f"the command of '{task.name}'"
            )
        else:
            parts = command_parts(self._context, setting.term)
        options = arguments(self._context, task)
        refused = check_options(self._context, task)
        if task.learns:
            options = plan_learner_options(self._context, task, options)
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
        inputs = plan_inputs(self._context, task, read, span)
        if isinstance(inputs, Failed):
            return inputs
        command = self._compile_command(task, parts, span)
        if isinstance(command, Failed):
            return command
        in_dataset, planned = inputs.in_dataset, {option for option, _ in inputs.more}
        options = tuple(pair for pair in options if pair[0] not in planned)
        request = Request(
            end_safely(render(command, self._placeholders)),
            render(name.text, self._placeholders),
            None if in_dataset is None else render(in_dataset, self._placeholders),
            tuple(
                (option, None if text is None else render(text, self._placeholders))
                for option, text in (*options, *inputs.more)
            ),
        )
        answer = self._ask_prun(task, request)
        if isinstance(answer, Failed):
            return answer
        made, said = answer
        unfilled = check_streams(self._context, task, parts, request.arguments, made)
        if unfilled is not None:
            said |= STREAM_OPTIONS
        ignored = check_option_effects(self._context, task, request.arguments, made, said)
        return (
            unfilled
            or ignored
            or check_acceptance(self._context, task, name, made)
            or check_option_words(
                self._context, task, request.arguments, request.in_dataset is not None
            )
            or self._report_overlong(task, span, made, request.command, inputs)
            or self._plan_made(task, made, inputs, request)
        )

    def _plan_actuator(self, task: Task, made: ActuatorPlan | Failed) -> TaskPlan | Failed:
        name = self._dataset_names[task.name]
        if isinstance(name, Failed):
            return name
        if isinstance(made, Failed):
            return made
        dataset = render(name.text, self._placeholders)
        parents = tuple(self._graph.parents[task.name])
        self._context.datasets[task.name], self._context.counts[task.name] = [], []
        return TaskPlan(task.name, True, task.loop, parents, dataset, {}, made)

    def _plan_stored(self, task: Task) -> TaskPlan | Failed:
        name, stored = self._dataset_names[task.name], self._stored.get(task.name)
        if isinstance(name, Failed):
            return name
        if stored is None:
            return self._context.failed_before(task.head, f"the map of '{task.name}'")
        dataset = render(name.text, self._placeholders)
        made = adapt_map(self._context, task, stored, dataset)
        if isinstance(made, Failed):
            return made
        failed = check_acceptance(self._context, task, name, made)
        if failed:
            return failed
        planned = self._finish(task, made, dataset, most_jobs(made, ()))
        users = self._graph.children.get(task.name, ())
        return report_missing_outputs(self._context, task, users) or planned

    def _report_overlong(
        self, task: Task, span: Span, made: dict[str, Any], command: str, inputs: TaskInputs
    ) -> Failed | None:
        if not task.learns:
            return None
        names = self._file_names(inputs)
        return check_line_length(self._context, task, span, made, command, names)

    def _file_names(self, inputs: TaskInputs) -> list[FileNames]:
        """Return the names of the files in each stream, as far as they can be known."""
        maps = {
            name: plan.task_map for name, plan in self._plans.items() if isinstance(plan, TaskPlan)
        }
        found = [
            stream_names(stream, count_most_files(self._context, stream), maps)
            for stream in inputs.streams
        ]
        if inputs.said is not None:
            found[0] = measure_names(inputs.said)
        return found

    def _plan_made(
        self, task: Task, made: dict[str, Any], inputs: TaskInputs, request: Request
    ) -> TaskPlan:
        if task.learns:
            # An instant queue: the learner starts at once (pandaserver/workflow/
            # workflow_utils.py:442 sets the same for its junctions).
            made["runOnInstant"] = True
            read_whole(made)
        jobs = 1 if task.learns else most_jobs(made, count_most_files(self._context, inputs.first))
        return self._finish(task, made, request.dataset, jobs)

    def _finish(self, task: Task, made: dict[str, Any], dataset: str, jobs: int | None) -> TaskPlan:
        name_consolidated(made, dataset)
        self._context.datasets[task.name] = output_datasets(made)
        self._context.counts[task.name] = files_per_output(made, jobs)
        return TaskPlan(
            task.name,
            task.learns,
            task.loop,
            tuple(self._graph.parents[task.name]),
            dataset,
            made,
        )

    def _ask_prun(self, task: Task, request: Request) -> tuple[dict[str, Any], set[str]] | Failed:
        """Return the map, and the options that prun warns about."""
        try:
            answer = task_map(request)
        except PrunError as error:
            at, help = find_blamed(task, error.message), explain_spelling(error.message)
            return self._context.fail(
                PRUN_REFUSES, at, f"prun refuses '{task.name}': {error.message}", help
            )
        for warning in answer.warnings:
            if task.learns and "nFilesPerJob" in warning:
                continue  # few files in a learner's one job are meant
            if "sandbox" in task.settings and "--useSandbox" in warning:
                continue  # said of the sandbox
            at, help = find_blamed(task, warning), explain_spelling(warning)
            self._context.report(PRUN_WARNS, at, f"prun warns about '{task.name}': {warning}", help)
        return answer.map, {name for text in answer.warnings for name in find_options(text)}

    def _compile_command(
        self, task: Task, parts: tuple[Part, ...], span: Span
    ) -> MarkedText | Failed:
        if task.learns:
            learner = self._engine.compile_learner(self._context, task, parts, span)
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
