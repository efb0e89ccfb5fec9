"""Datasets of the workflow itself, read by their name.

A name says nothing of who writes the dataset: the engine would not wait, and in a loop the name is
the one of a single iteration, or of the reader's own, in which nobody may have written it.  So
what the tasks read is looked up in their maps: however a name got there, as an option, in a
command, or with a stored map.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from ..check.graph import reach
from ..diagnostics.diagnostic import Failed
from ..diagnostics.rule import rule
from ..prun.plan_context import PlanContext
from ..prun.same_names import NUMBER, may_be_same, pattern
from ..semantics.expr import Known, OutputOf, items_of
from ..semantics.expressions import known_text
from ..semantics.program import Task, fact
from ..semantics.types import DATASET
from ..text.source import Span
from .collisions import list_containers
from .model import TaskPlan

LITERAL_DATASET = rule(
    314,
    "literal-dataset",
    "error",
    "A dataset of this workflow is read by its name.",
    """
A task reads a dataset of this workflow by its name. Use the output of the task that writes it,
`TASK.outputs[0]`: the reading task then waits for it, and in a loop reads the dataset of its
own iteration. This applies to every way of naming it: in an option, in a command, in a stored
map, with its scope, in a list, with a wildcard, with `{iteration}`.

Only logs are read by name, in a task that waits for the task that writes them: `after TASK`.

## Why

The order of tasks follows from the outputs that they use. A name says nothing about the order,
and iDDS would start the reading task at once. In a loop, dataset names contain the iteration
number, which iDDS fills in: a fixed name is the dataset of one iteration, and all others would
learn from stale data.

- iDDS 2.6.21, `idds/atlas/workflowv2/atlaspandawork.py:230`:
  `def renew_parameter(self, parameter)`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate out.json" outputs = ["out.json"] n_jobs = 10 }
  task merge    { exec = "merge %IN" in_ds = "user.wguan.altest.simulate_out.json/" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate out.json" outputs = ["out.json"] n_jobs = 10 }
  task merge    { exec = "merge {simulate.outputs[0]}" }
}
```
""",
)

#: Options whose text holds names of datasets.
_NAMING = ("inDS", "secondaryDSs")
_DIGITS = re.compile(r"[0-9\0]+")


class _Writer(NamedTuple):
    """The task that writes a dataset, and the number of the output, if it is one."""

    task: str
    output: int | None


def report_literal_reads(context: PlanContext, plans: Mapping[str, TaskPlan]) -> Failed | None:
    """Report the tasks that name a dataset which the workflow writes."""
    placeholders = context.placeholders
    mark = placeholders.iteration()
    marks = {mark: (NUMBER, "{iteration}")}
    for loop in context.workflow.loops:
        for param in loop.params:
            marks[placeholders.param(param.name)] = ("*", f"{{{param.name}}}")
    read = [
        (task, name)
        for task, plan in plans.items()
        for name in _find_literals(context, context.workflow.tasks[task], plan)
    ]
    if not read:
        return None
    written = _WrittenDatasets(plans, mark)
    failed: Failed | None = None
    for task, raw in read:
        name = shown = raw
        for placeholder, (what, source) in marks.items():
            name, shown = name.replace(placeholder, what), shown.replace(placeholder, source)
        found = [
            container
            for container in written.that_match(name)
            if not _is_log_of_a_former(container, name, written.by_name, plans, task)
        ]
        if found:
            container = min(found, key=written.rank)
            span = _find_place(context.workflow.tasks[task], raw)
            writer = written.by_name[container]
            failed = _report(context, task, span, name, shown, container, writer)
    return failed


def _find_literals(context: PlanContext, task: Task, plan: TaskPlan) -> list[str]:
    """Return the datasets that a task reads and that are no outputs in its source."""
    names = list(_list_read(plan))
    if not names:
        return names
    proper = {
        context.datasets[output.task][output.index].removesuffix("/")
        for output in _outputs(task)
        if output.index < len(context.datasets.get(output.task, ()))
    }
    return [name for name in names if name not in proper]


@fact
def _outputs(task: Task) -> tuple[OutputOf, ...]:
    return tuple(leaf for leaf in task.leaves if isinstance(leaf, OutputOf))


def _list_read(plan: TaskPlan) -> Iterator[str]:
    """Yield the datasets that a task reads, without scope and trailing slash."""
    texts = [] if plan.actuator is None else [plan.actuator.input]
    if plan.task_map and not plan.task_map.get("noInput"):
        for item in plan.task_map["jobParameters"]:
            if item.get("param_type") == "input" and isinstance(item.get("dataset"), str):
                texts.append(item["dataset"])
    for text in texts:
        for word in text.split(","):
            yield word.strip().rpartition(":")[2].removesuffix("/")


class _WrittenDatasets:
    """The datasets that the tasks of a workflow write."""

    def __init__(self, plans: Mapping[str, TaskPlan], mark: str) -> None:
        self.by_name: dict[str, _Writer] = {}
        for task, plan in plans.items():
            outputs = list(list_containers(plan))
            for number, name in enumerate(outputs):
                is_log = bool(plan.task_map.get("log")) and number == len(outputs) - 1
                writer = _Writer(task, None if is_log else number)
                self.by_name.setdefault(name.replace(mark, NUMBER), writer)
        for task, plan in plans.items():  # no dataset is called like that, but its outputs begin so
            self.by_name.setdefault(plan.dataset.replace(mark, NUMBER), _Writer(task, None))
        self._alike: dict[str, list[str]] = {}
        for name in self.by_name:
            self._alike.setdefault(_remove_numbers(name), []).append(name)
        self._shapes = sorted(self._alike)

    def rank(self, name: str) -> tuple[bool, bool]:
        """Return a key that sorts outputs before logs."""
        return self.by_name[name].output is None, not name.endswith(".log")

    def that_match(self, name: str) -> Iterator[str]:
        """Yield the names that may be ``name``, in some iteration."""
        if "*" not in name:
            shapes = [_remove_numbers(name)]
        else:
            start = _remove_numbers(name.partition("*")[0]).rstrip("#")
            first = bisect_left(self._shapes, start)
            last = bisect_left(self._shapes, start + "\U0010ffff")
            shapes = self._shapes[first:last]
        wanted = pattern(name)
        for shape in shapes:
            for found in self._alike.get(shape, ()):
                if may_be_same(wanted, pattern(found)):
                    yield found


@lru_cache(maxsize=1 << 14)  # an editor asks again after every edit
def _remove_numbers(name: str) -> str:
    """Return the part of a dataset's name that is the same in all iterations."""
    return _DIGITS.sub("#", name)


def _is_log_of_a_former(
    container: str,
    name: str,
    writers: Mapping[str, _Writer],
    plans: Mapping[str, TaskPlan],
    reader: str,
) -> bool:
    """True if a dataset has only logs, of a task that the reader waits for.

    Logs can be named in no other way; in a loop they are those of the same iteration.
    """
    writer = writers[container]
    if writer.output is not None or container != name or not name.endswith(".log"):
        return False
    parents = {name: plan.parents for name, plan in plans.items()}
    return writer.task in reach(reader, parents)


def _report(
    context: PlanContext,
    reader: str,
    span: Span,
    name: str,
    shown: str,
    container: str,
    writer: _Writer,
) -> Failed:
    other = context.workflow.tasks[writer.task]
    written = container.replace(NUMBER, "{iteration}")
    is_wide, is_one = "*" in name, NUMBER in container and NUMBER not in name
    if writer.task == reader:
        message, help = f"'{reader}' would read '{written}', its own output", "remove it"
    else:
        message = f"'{other.name}' writes '{written}', " + (
            "but this name means a single iteration"
            if is_one and not is_wide
            else "but this task does not wait for it"
        )
        if writer.output is not None:
            help = f"write {{{other.name}.outputs[{writer.output}]}} instead"
        elif container.endswith(".log"):
            help = f"to wait for it, write: after {other.name}"
            if is_one and not is_wide:
                help += "; and put {iteration} into the name"
        elif context.datasets.get(other.name):
            help = f"to read its output, write {{{other.name}.outputs[N]}}"
        else:
            help = f"'{other.name}' has no outputs"
    if is_wide:
        message += f"; '{shown}' includes it"
    return context.fail(LITERAL_DATASET, span, message, help, (other.head, "written here"))


def _find_place(task: Task, raw: str) -> Span:
    """Return the place where a task names a dataset."""
    begun = re.split(r"___|\*", raw)[0]
    terms = [task.settings[name].term for name in _NAMING if name in task.settings]
    for term in terms:
        for item in items_of(term):
            words = re.split(r"[,:\s]", known_text(item) or "")
            if raw in [word.removesuffix("/") for word in words]:
                return item.span
    for leaf in task.leaves:
        if isinstance(leaf, Known) and leaf.type == DATASET and begun in str(leaf.value):
            return leaf.span
    if terms:
        return terms[-1].span
    return task.settings["map"].term.span if "map" in task.settings else task.head
