"""Plan a workflow: commands, datasets, and the maps that prun makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..check.graph import Graph
from ..diagnostics import Collector, Label
from ..panda.client import PrunError
from ..panda.maps import Request, output_datasets, task_map
from ..rules import (
    COLLISION,
    INPUT_COUNT,
    INTERPRETER,
    LEARNER_OUTPUT,
    NOT_REPLACED,
    OUTPUTS,
    PRUN,
    PRUN_WARNS,
    RESERVED,
    WRAPPER,
    Rule,
)
from ..semantics.expressions import known_text
from ..semantics.program import Loop, Task, Workflow
from ..semantics.terms import Known, OutputOf
from ..source import Span
from . import naming
from .command import (
    Part,
    Stream,
    command_parts,
    ending_safely,
    stream_key,
    stream_name,
    streams,
)
from .epilogue import LEAVING, interpreter_of, with_epilogue
from .model import LoopPlan, Placeholders, TaskPlan, Text, WorkflowPlan, render
from .options import arguments, prun_settings
from .splitting import MOST_FILES, files_per_output, number_of_jobs

#: What the planner itself says about a learner's jobs.
_ONE_JOB = ("nJobs", "split", "nEvents", "nEventsPerJob", "nFiles", "nfiles", "nGBPerJob")
#: pandaclient/PsubUtils.py, ``checkTaskParam``.
_MOST_OUTPUTS = 10


@dataclass(slots=True)
class _Planner:
    workflow: Workflow
    graph: Graph
    placeholders: Placeholders
    collector: Collector
    names: dict[str, naming.DatasetName] = field(default_factory=dict)
    plans: dict[str, TaskPlan] = field(default_factory=dict)
    datasets: dict[str, list[str]] = field(default_factory=dict)
    counts: dict[str, list[int | None]] = field(default_factory=dict)

    @property
    def longest(self) -> int:
        loop = self.workflow.loop
        repeat = loop.repeats[0] if loop and loop.repeats else None
        return (repeat.bound if repeat else None) or 1

    def report(
        self, rule: Rule, span: Span, message: str, help: str = "", *related: tuple[Span, str]
    ) -> None:
        source = self.workflow.source
        labels = [Label(source, where, what) for where, what in related]
        self.collector.report(rule, source, span, message, help, labels)

    def plan(self) -> WorkflowPlan | None:
        workflow = self.workflow
        for task in workflow.tasks.values():
            self._name(task)
        for one, other in naming.collisions(self.names, self.longest):
            self.report(
                COLLISION,
                workflow.tasks[other].head,
                f"'{one}' and '{other}' would write to the same dataset "
                f"'{self.names[other].at(1)}'",
                "give one of them another dataset",
                (workflow.tasks[one].head, "the other task"),
            )
        for name in _in_order(self.graph):
            self._task(workflow.tasks[name])
        if len(self.plans) < len(workflow.tasks):
            return None
        loop = self._loop(workflow.loop) if workflow.loop else None
        if workflow.loop and loop is None:
            return None
        ordered = tuple(self.plans[name] for name in workflow.tasks)
        return WorkflowPlan(workflow.name, ordered, loop)

    def _loop(self, loop: Loop) -> LoopPlan | None:
        bound = loop.repeats[0].bound if loop.repeats else None
        learner = self.graph.learner
        if bound is None or learner is None or any(p.first is None for p in loop.params):
            return None
        params = {p.name: p.first.value for p in loop.params if p.first is not None}
        return LoopPlan(loop.name, params, learner, bound)

    # Names

    def _name(self, task: Task) -> None:
        try:
            name = naming.dataset_name(self.workflow, task)
            if name is None:
                return
            options = {option.name for option, _ in prun_settings(task)}
            naming.check_name(name, task, self.longest, options)
        except naming.Problem as problem:
            self.report(*problem.args)
            return
        self.names[task.name] = name

    def _dataset_of(self, output: OutputOf) -> str | None:
        datasets = self.datasets.get(output.task, [])
        return datasets[output.index] if output.index < len(datasets) else None

    # Tasks

    def _task(self, task: Task) -> None:
        name = self.names.get(task.name)
        setting = task.settings.get("exec")
        parts = command_parts(setting.term, self.report) if setting else None
        options = arguments(task, self._dataset_of, self.report)
        if task.learns:
            options = self._learner_options(task, options)
        if name is None or parts is None or options is None or setting is None:
            return
        read = streams(parts)
        inputs = self._inputs(task, read, setting.term.span)
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
        if made is not None and self._acceptable(task, name, made):
            self._keep(task, made, read, request)

    def _keep(
        self, task: Task, made: dict[str, Any], read: list[OutputOf | Known], request: Request
    ) -> None:
        if task.learns:
            # An instant queue: the learner starts at once (pandaserver/workflow/
            # workflow_utils.py:442 sets the same for its junctions).
            made["runOnInstant"] = True
        for item in made["jobParameters"]:
            if "consolidate" in item:
                item["consolidate"] = f"{request.dataset}.{item['value'].strip('${}')[:4]}/"
        own = next((s.term for o, s in prun_settings(task) if o.name == "inDS"), None)
        if isinstance(own, OutputOf):
            read = [own]
        files = self._file_count(read[0]) if read else None
        jobs = 1 if task.learns else number_of_jobs(made, files)
        self.datasets[task.name] = output_datasets(made)
        self.counts[task.name] = files_per_output(made, jobs)
        self.plans[task.name] = TaskPlan(
            task.name,
            task.learns,
            task.in_loop,
            tuple(self.graph.parents[task.name]),
            request.dataset,
            made,
        )

    def _ask_prun(self, task: Task, request: Request) -> dict[str, Any] | None:
        try:
            answer = task_map(request)
        except PrunError as error:
            self.report(PRUN, task.head, f"prun refuses '{task.name}': {error.message}")
            return None
        for warning in answer.warnings:
            if task.learns and "nFilesPerJob" in warning:
                continue  # few files in a learner's one job are meant
            self.report(PRUN_WARNS, task.head, f"prun warns about '{task.name}': {warning}")
        return answer.map

    def _acceptable(self, task: Task, name: naming.DatasetName, made: Mapping[str, Any]) -> bool:
        """Whether PanDA takes the datasets, and iDDS fills in every placeholder."""
        outputs = output_datasets(made)
        logs = [made["log"]["dataset"]] if "log" in made else []
        try:
            naming.check_containers(
                name, task, self.longest, [*outputs, *logs], self.placeholders.iteration()
            )
        except naming.Problem as problem:
            self.report(*problem.args)
            return False
        span = task.settings["outputs"].term.span if "outputs" in task.settings else task.head
        unlimited = any(o.name == "unlimitNumOutputs" for o, _ in prun_settings(task))
        if len(outputs) > _MOST_OUTPUTS and not unlimited:
            self.report(
                OUTPUTS,
                span,
                f"'{task.name}' has {len(outputs)} outputs, PanDA allows {_MOST_OUTPUTS}",
                "put them into one archive, or set unlimit_num_outputs = true",
            )
            return False
        doubled = [output for output in outputs if outputs.count(output) > 1]
        if doubled:
            self.report(
                OUTPUTS,
                span,
                f"'{task.name}' writes two outputs to '{doubled[0]}'; PanDA would skip one",
                "name them differently",
            )
            return False
        for key in self.placeholders.unfilled(made):
            self.report(
                NOT_REPLACED,
                task.head,
                f"'{task.name}' needs a value of the loop in '{key}', where iDDS inserts none",
                "use run-time values in the command and in dataset names only",
            )
            return False
        return True

    # Inputs

    def _inputs(
        self, task: Task, read: list[OutputOf | Known], span: Span
    ) -> tuple[str | None, tuple[tuple[str, Text | None], ...]] | None:
        """The dataset for ``--inDS`` and the arguments for the further ones."""
        own = next((s for o, s in prun_settings(task) if o.name == "inDS"), None)
        if own is not None:
            if read:
                self.report(
                    RESERVED,
                    own.name_span,
                    f"'{own.name}' is set by the dataset that the command uses",
                    "leave it out, or write %IN in the command",
                    (read[0].span, "used here"),
                )
                return None
            term = own.term
            in_dataset = self._dataset_of(term) if isinstance(term, OutputOf) else known_text(term)
            if in_dataset is None:
                return None
            return in_dataset, self._one_job(task, [None], own.term.span) or ()
        names = [self._name_of(dataset) for dataset in read]
        if not all(names):
            return None
        if not read:
            return None, ()
        if not task.learns:
            if len(read) > 1:
                self.report(
                    INPUT_COUNT,
                    read[1].span,
                    f"the command of '{task.name}' reads a second dataset: how many of its "
                    "files belong to one job?",
                    "name it in secondary_dss = \"IN2:FILES_PER_JOB:{…}\" "
                    "and write %IN2 in the command",
                    (read[0].span, "the first dataset"),
                )
                return None
            return names[0], ()
        counts = [self._file_count(dataset) for dataset in read]
        more = self._one_job(task, counts, span)
        if more is None:
            return None
        if len(read) > 1:
            streams_ = ",".join(
                f"{stream_name(i)}:{counts[i]}:{names[i]}" for i in range(1, len(read))
            )
            more = (*more, ("secondaryDSs", (streams_,)), ("notExpandSecDSs", None))
        return names[0], more

    def _one_job(
        self, task: Task, counts: list[int | None], span: Span
    ) -> tuple[tuple[str, Text | None], ...] | None:
        """What makes a learner one job that reads every file."""
        if not task.learns:
            return ()
        given = next((s for o, s in prun_settings(task) if o.name == "nFilesPerJob"), None)
        number = given.term.value if given and isinstance(given.term, Known) else None
        first = counts[0] if number is None else int(number)
        if first is None or None in counts[1:]:
            self.report(
                INPUT_COUNT,
                span,
                f"how many files will '{task.name}' read? A learner is one job that reads all",
                "say it in the learner: n_files_per_job = N, at least as many as there will be"
                if first is None
                else "give the upstream task n_jobs or n_files_per_job",
            )
            return None
        total = first + sum(count or 0 for count in counts[1:])
        if total > MOST_FILES:
            self.report(
                INPUT_COUNT,
                span,
                f"'{task.name}' would read {total} files; the command line of its one job "
                f"holds the names of about {MOST_FILES}",
                "merge the files in a task before the learner",
            )
            return None
        more: list[tuple[str, Text | None]] = [] if given else [("nFilesPerJob", (str(first),))]
        return (
            *more,
            ("maxNFilesPerJob", (str(max(first, 200)),)),
            ("notExpandInDS", None),
            # The learner opens its files: without this they are URLs at some sites.
            ("forceStaged", None),
        )

    def _name_of(self, dataset: OutputOf | Known) -> str | None:
        if isinstance(dataset, OutputOf):
            return self._dataset_of(dataset)
        return str(dataset.value)

    def _file_count(self, dataset: OutputOf | Known) -> int | None:
        if isinstance(dataset, OutputOf):
            counts = self.counts.get(dataset.task, [])
            return counts[dataset.index] if dataset.index < len(counts) else None
        return None

    # Commands

    def _command(self, task: Task, parts: tuple[Part, ...], span: Span) -> Text | None:
        if task.learns:
            learner = self._learner_command(task, parts, span)
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

    def _learner_command(
        self, task: Task, parts: tuple[Part, ...], span: Span
    ) -> tuple[Part, ...] | None:
        loop, result = self.workflow.loop, task.result
        if loop is None or result is None or not loop.repeats or loop.repeats[0].bound is None:
            return None
        literal = "".join(part if isinstance(part, str) else "0" for part in parts)
        leaving = LEAVING.search(literal)
        if leaving:
            self.report(
                WRAPPER,
                span,
                f"'{leaving[1]}' in a learner's command would skip the checks behind it",
                "put the command into a script",
            )
            return None
        setting = task.settings.get("interpreter")
        interpreter = known_text(setting.term) if setting else interpreter_of(parts)
        if interpreter is None or not interpreter.strip() or "'" in interpreter:
            self.report(
                INTERPRETER,
                setting.term.span if setting else span,
                f"no Python interpreter in the command of learner '{task.name}'",
                "the compiled check of the result needs one; "
                'name one that the job will find: interpreter = "python3"',
            )
            return None
        repeat = loop.repeats[0]
        return with_epilogue(
            parts, interpreter, result, loop.params, repeat.condition, repeat.bound or 1
        )

    def _learner_options(
        self, task: Task, options: tuple[tuple[str, Text | None], ...] | None
    ) -> tuple[tuple[str, Text | None], ...] | None:
        """A learner writes its result and nothing else, in one job."""
        fine = options is not None
        for option, setting in prun_settings(task):
            if option.name in _ONE_JOB:
                self.report(
                    RESERVED,
                    setting.name_span,
                    f"'{setting.name}' would split learner '{task.name}': it is exactly one job",
                    "leave it out; n_files_per_job says how many files the job reads",
                )
                fine = False
            elif option.name == "outputs" and task.result:
                text = known_text(setting.term)
                items = getattr(setting.term, "items", ())
                named = [known_text(item) for item in items] if items else [text]
                if named != [task.result.file]:
                    self.report(
                        LEARNER_OUTPUT,
                        setting.term.span,
                        f"learner '{task.name}' has outputs beside its result",
                        "iDDS parses every output of a learner as JSON and fails otherwise; "
                        "write further files from a task that follows it",
                        (task.result.file_span, "the result"),
                    )
                    fine = False
        if options is None or not fine or task.result is None:
            return None
        rest = tuple((name, text) for name, text in options if name != "outputs")
        return (("outputs", (task.result.file,)), *rest)


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
    workflow: Workflow, graph: Graph, placeholders: Placeholders, collector: Collector
) -> WorkflowPlan | None:
    """The plan of ``workflow``.

    :returns: ``None`` when something was reported, now or before, without which there is
        no complete plan.
    """
    return _Planner(workflow, graph, placeholders, collector).plan()


