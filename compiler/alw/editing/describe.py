"""Descriptions of the names that an author defines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from ..driver.result import Analysis
from ..panda.client import Option
from ..panda.maps import output_datasets
from ..plan.model import Planned, TaskPlan
from ..semantics.program import Loop, Task
from ..syntax.tree import Block, Declaration, Field
from ..targets import TARGETS, find_target
from .bindings import Binding, Defined
from .lastrun import Runs, no_runs, of_field, of_param, told
from .values import code, command, fence, written

_HIDDEN = "==SUPPRESS=="
_MOST_COMMAND = 2_000


def plan_of(analysis: Analysis, binding: Binding) -> Planned:
    """Return the plan of the workflow of ``binding``."""
    return next(plan for workflow, _, plan in analysis.workflows if workflow is binding.workflow)


def form(analysis: Analysis, item: Defined) -> str:
    """Return the definition of a name, as it is written; of a block only the head."""
    span = item.head if isinstance(item, Block) else item.span
    return " ".join(analysis.source.text[span.start : span.end].split())


def describe_item(analysis: Analysis, binding: Binding, item: Defined, runs: Runs = no_runs) -> str:
    """Return everything that is known of what ``item`` defines, as Markdown."""
    line = analysis.source.position(item.name.span.start).line
    where = f"Defined in line {line}."
    said = [fence(form(analysis, item), "alw"), *_said(analysis, binding, item)]
    said += [*_last_values(binding, item, runs), where]
    return "\n\n".join(said)


def _said(analysis: Analysis, binding: Binding, item: Defined) -> Iterator[str]:
    match item:
        case Declaration(keyword="param"):
            yield _param(binding, item)
        case Declaration():
            value = binding.workflow.names.values.get(item.name.text)
            what = "An input" if item.keyword == "input" else "A constant"
            yield f"{what} of type `{item.type.name}`" + (
                "." if value is None else f": {code(written(value.value))}"
            )
        case Field():
            yield _field(binding, item)
        case Block(keyword="task" | "learn"):
            task = binding.workflow.tasks.get(item.name.text)
            if task is not None:
                yield from _task(analysis, binding, task)
        case Block(keyword="loop"):
            loop = next((lo for lo in binding.workflow.loops if lo.name == item.name.text), None)
            if loop is not None:
                names = ", ".join(f"`{param.name}`" for param in loop.params)
                yield f"A loop over {names or 'no parameters'}." + (
                    f" At most {loop.repeats[0].bound} iterations."
                    if loop.repeats and loop.repeats[0].bound
                    else ""
                )
        case Block():
            number = len(binding.workflow.tasks)
            yield f"A workflow of {number} task{'' if number == 1 else 's'}."


def _param(binding: Binding, item: Declaration) -> str:
    name = item.name.text
    loop = binding.workflow.names.loops.get(name, "")
    said = f"A parameter of loop `{loop}`, of type `{item.type.name}`."
    value = next(
        (p.first for lo in binding.workflow.loops if (p := lo.param(name)) is not None), None
    )
    if value is not None:
        said += f" In the first iteration it is {code(written(value.value))}"
        feeding = next(
            (t for t, f in binding.fields() if binding.tied.get(f.name.span) == item.name.span),
            None,
        )
        said += f", then what `{feeding.name.text}` writes." if feeding else "."
    return said


def _field(binding: Binding, item: Field) -> str:
    learner = next((t for t, field in binding.fields() if field is item), None)
    name = learner.name.text if learner else ""
    said = f"A field of the result of `{name}`, of type `{item.type.name}`."
    if item.name.span in binding.tied:
        said += f" It is the next value of the parameter `{item.name.text}`."
    return said


def _last_values(binding: Binding, item: Defined, runs: Runs) -> Iterator[str]:
    """Yield what a parameter, or a field of a result, was in the last run."""
    learner = next((task for task, field in binding.fields() if field is item), None)
    is_param = isinstance(item, Declaration) and item.keyword == "param"
    if isinstance(item, Block) or not (is_param or learner):
        return
    run = runs(binding.workflow.name)
    if run is not None:
        name, kind = item.name.text, item.type.name
        values = (
            of_param(run, name, kind)
            if learner is None
            else of_field(run, learner.name.text, name, kind)
        )
        if values:
            yield told(run, values)


def _task(analysis: Analysis, binding: Binding, task: Task) -> Iterator[str]:
    plans = plan_of(analysis, binding)
    plan = plans.tasks.get(task.name)
    graph = next(g for w, g, _ in analysis.workflows if w is binding.workflow)
    parents = ", ".join(f"`{parent}`" for parent in graph.parents.get(task.name, ()))
    yield ("A learner" if task.learns else "A task") + (
        f" that waits for {parents}." if parents else "."
    )
    if plan is not None:
        yield from describe_compiled(plan, binding.workflow.loops)


def describe_compiled(plan: TaskPlan, loops: Sequence[Loop]) -> Iterator[str]:
    """The command and the dataset of a task; of one in a loop, as they are in the first iteration.

    :param loops: of the task's workflow.
    """
    run = command(plan)
    if run is not None:
        first = _in_first_iteration(run, loops)
        shown = first if len(first) <= _MOST_COMMAND else first[:_MOST_COMMAND] + " …"
        when = " in the first iteration" if first != run else ""
        yield (
            f"The jobs run{when}" + (", before the result is checked" if plan.learns else "") + ":"
        )
        yield fence(shown, "sh")
    if plan.dataset:
        yield f"Dataset: {code(readable(plan.dataset))}"


def _in_first_iteration(command: str, loops: Sequence[Loop]) -> str:
    """``command`` with values where the engine puts them; with a name where none is known."""
    first = {p.name: p.first for loop in loops for p in loop.params}
    for placeholders in (find_target(name).capabilities.placeholders for name in TARGETS):
        command = command.replace(placeholders.iteration(), "1")
        for name, known in first.items():
            value = f"{{{name}}}" if known is None else str(known.value)
            command = command.replace(placeholders.param(name), value)
    return command


def output(plan: TaskPlan, index: int) -> str | None:
    """The dataset of an output."""
    if plan.actuator is not None:
        return None
    datasets = output_datasets(plan.task_map)
    return readable(datasets[index]) if 0 <= index < len(datasets) else None


def readable(dataset: str) -> str:
    """A dataset's name, with ``{iteration}`` for what stands there for the engine."""
    for placeholder in _iterations():
        dataset = dataset.replace(placeholder, "{iteration}")
    return dataset


@cache
def _iterations() -> tuple[str, ...]:
    """Return the placeholders of the iteration's number, for each engine that counts."""
    engines = [find_target(name).capabilities for name in TARGETS]
    return tuple(e.placeholders.iteration() for e in engines if e.numbers_iterations)


def option_help(name: str, option: Option) -> str:
    """Return prun's help for an option, as Markdown."""
    said = [f"prun's `--{option.name}`, {article(option.kind)}."]
    if option.choices:
        said.append("One of " + ", ".join(f"`{choice}`" for choice in option.choices) + ".")
    if option.help and option.help != _HIDDEN:
        said.append(option.help)
    return "\n\n".join(said)


def is_hidden(option: Option) -> bool:
    """Return whether prun's own help leaves the option out."""
    return option.help == _HIDDEN


def article(kind: str) -> str:
    """The kind of an option with its article."""
    return ("an " if kind[:1] in "aeiou" else "a ") + kind
