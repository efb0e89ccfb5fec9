"""Tasks that would write to one dataset, in some iteration: of one workflow, or of several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ..diagnostics.diagnostic import Collector, Failed, Label
from ..diagnostics.rule import rule
from ..panda.maps import output_datasets
from ..prun.naming import DatasetName
from ..prun.plan_context import PlanContext
from ..prun.same_names import NUMBER, NumberedName, find_same_names
from ..semantics.program import Workflow
from .model import TaskPlan

NAME_COLLISION = rule(
    412,
    "name-collision",
    "error",
    "Two tasks would write the same dataset.",
    """
Two tasks would write to the same dataset, in the same or in different iterations, or in two
workflows that are compiled together. Give one of them another `dataset`. If it contains
`{iteration}`, do not put a digit directly before it.

## Why

PanDA identifies a task by the name of its dataset, so it takes the second task for the first.
While the first is active, PanDA refuses the second; afterwards it runs the old task again and
reports success.

- panda-server 1.0.4, `pandaserver/taskbuffer/db_proxy_mods/task_event_module.py:3565`:
  `"uniqueTaskName" in taskParamsJson`
- panda-server 1.0.4, `pandaserver/taskbuffer/db_proxy_mods/task_event_module.py:3710`:
  `reactivation accepted.`

## Wrong

```alw
workflow altest {
  task generate { exec = "generate 200 evgen.root" dataset = "user.wguan.altest" }
  task simulate { exec = "simulate 200 hits.root" dataset = "user.wguan.altest" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  task generate { exec = "generate 200 evgen.root" }
  task simulate { exec = "simulate 200 hits.root" }
}
```
""",
)


def report_shared_names(context: PlanContext, names: Mapping[str, DatasetName]) -> Failed | None:
    """Report tasks whose datasets would have the same name.

    :param names: of the tasks' datasets.
    """
    failed: Failed | None = None
    last = _find_last_iterations(context.workflow)
    written = {task: NumberedName(name.numbered, last[task]) for task, name in names.items()}
    for one, other, text in find_same_names(written):
        failed = _report(context, one, other, f"would write to the same dataset '{text}'")
    return failed


def report_shared_containers(context: PlanContext, plans: Mapping[str, TaskPlan]) -> Failed | None:
    """Report two tasks that write to one container.

    The container of an output is ``x`` + ``_y_z`` or ``x_y`` + ``_z``, that of the logs
    ``x_y`` + ``.log``.
    """
    mark, last = context.placeholders.iteration(), _find_last_iterations(context.workflow)
    written = {
        (task, text): NumberedName(text.replace(mark, NUMBER), last[task])
        for task, plan in plans.items()
        for text in list_containers(plan)
    }
    for (one, _), (other, _), text in find_same_names(written):
        if one != other:
            return _report(context, one, other, f"would write to the same dataset '{text}'")
    return None


def _find_last_iterations(workflow: Workflow) -> dict[str, int]:
    return {name: workflow.last_iteration_of(task) for name, task in workflow.tasks.items()}


def list_containers(plan: TaskPlan) -> Iterator[str]:
    """Yield the containers of a task's outputs and logs, without the trailing slash."""
    if plan.task_map:
        for dataset in output_datasets(plan.task_map):
            yield dataset.removesuffix("/")
        log = plan.task_map.get("log", {}).get("dataset")
        if isinstance(log, str):
            yield log.removesuffix("/")


def _report(context: PlanContext, one: str, other: str, what: str) -> Failed:
    tasks = context.workflow.tasks
    return context.fail(
        NAME_COLLISION,
        tasks[other].head,
        f"'{one}' and '{other}' {what}",
        "give one of them another dataset",
        (tasks[one].head, "the other task"),
    )


# Several workflows


class _WrittenName(NamedTuple):
    """A name that a task writes to."""

    workflow: int
    task: str
    text: str


def report_shared_between(
    planned: Sequence[tuple[Workflow, Mapping[str, TaskPlan]]], mark: str, collector: Collector
) -> None:
    """Report tasks of two workflows that would write to one dataset.

    :param planned: the workflows that are compiled together, each with its tasks.
    :param mark: stands for the iteration in the names of datasets.
    """
    told: set[tuple[int, str]] = set()
    for both in (False, True) if len(planned) > 1 else ():
        names = {
            _WrittenName(number, plan.name, text): NumberedName(
                text.replace(mark, NUMBER), workflow.last_iteration_of(workflow.tasks[plan.name])
            )
            for number, (workflow, plans) in enumerate(planned)
            for plan in plans.values()
            for text in (list_containers(plan) if both else (plan.dataset,))
        }
        for one, other, text in find_same_names(names):
            first, second = planned[one.workflow][0], planned[other.workflow][0]
            # one name for two workflows is an error of its own
            if first.name == second.name or (other.workflow, other.task) in told:
                continue
            told.add((other.workflow, other.task))
            task = second.tasks[other.task]
            collector.report(
                NAME_COLLISION,
                second.source,
                task.head,
                f"'{task.name}' and '{one.task}' of workflow '{first.name}' would write to the "
                f"same dataset '{text}'",
                "PanDA would confuse the two tasks: give one workflow another dataset",
                [Label(first.source, first.tasks[one.task].head, "the other task")],
            )
