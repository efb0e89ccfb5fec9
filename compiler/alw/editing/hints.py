"""Inlay hints: the value of a name, shown beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..driver.result import Analysis
from ..plan.model import Planned
from ..semantics.expr import OutputOf, ParamValue, TypedExpr, leaves
from ..semantics.program import Task, Workflow
from ..syntax.tree import Declaration
from .bindings import Binding, bindings
from .describe import output, plan_of
from .lastrun import Runs, brief, no_runs, of_param
from .values import shorten_text, written

_MOST = 40


@dataclass(frozen=True, slots=True)
class Hint:
    """A remark at an offset; the text itself does not have it."""

    offset: int
    label: str
    tooltip: str = ""


def hints(analysis: Analysis, runs: Runs = no_runs) -> tuple[Hint, ...]:
    """Return the hints of the source, in order."""
    found: list[Hint] = []
    for binding in bindings(analysis):
        found += _inputs(binding)
        found += _last_values(binding, runs)
        plans = plan_of(analysis, binding)
        for task in binding.workflow.tasks.values():
            for term in task.terms:
                found += _values(binding.workflow, task, term, plans)
    return tuple(sorted(found, key=lambda hint: hint.offset))


def _inputs(binding: Binding) -> Iterator[Hint]:
    """Yield the values of inputs that are set from outside."""
    for item, value in binding.from_outside():
        shown = written(value)
        tooltip = f"{item.name.text} = {shown}, from outside"
        yield Hint(item.span.end, f" = {shorten_text(shown)}", tooltip)


def _last_values(binding: Binding, runs: Runs) -> Iterator[Hint]:
    """Yield the values of parameters in the last iteration of the last run."""
    params = [
        item
        for item in binding.workflow.names.meanings.values()
        if isinstance(item, Declaration) and item.keyword == "param"
    ]
    run = runs(binding.workflow.name) if params else None
    for item in params if run is not None else ():
        assert run is not None
        values = of_param(run, item.name.text, item.type.name)
        if values:
            number, value = values[-1]
            label = f" → {brief(value)} (iteration {number})"
            tooltip = f"{item.name.text} = {written(value)} in iteration {number} of the last run"
            yield Hint(item.span.end, label, tooltip)


def _values(workflow: Workflow, task: Task, term: TypedExpr, plans: Planned) -> Iterator[Hint]:
    """First values of parameters and names of datasets, each once in a text."""
    told: set[str | tuple[str, int]] = set()
    for leaf in leaves(term):
        match leaf:
            case ParamValue(name=name) if task.in_loop and name not in told:
                told.add(name)
                loop = workflow.loop_around(task)
                param = loop.param(name) if loop else None
                if param is not None and param.first is not None:
                    shown = written(param.first.value)
                    tooltip = f"{name} = {shown} in the first iteration"
                    yield Hint(leaf.span.end, f"={shorten_text(shown)}", tooltip)
            case OutputOf(task=name, index=index) if (name, index) not in told:
                told.add((name, index))
                plan = plans.tasks.get(name)
                dataset = output(plan, index) if plan is not None else None
                if dataset is not None:
                    label = f"={_end(dataset.rstrip('/'))}"
                    yield Hint(leaf.span.end, label, f"dataset {dataset}")


def _end(dataset: str) -> str:
    """The end of a dataset's name, which tells it from those of the other tasks."""
    if len(dataset) <= _MOST:
        return dataset
    end = dataset[1 - _MOST :]
    return "…" + end[end.find(".") + 1 :]
