"""The tasks outside the loop."""

from __future__ import annotations

from ...check.context import CheckContext
from ...diagnostics.rule import rule
from ...semantics.program import Task
from .single_loop import find_only_loop

OUTSIDE_THE_LOOP = rule(
    307,
    "outside-the-loop",
    "error",
    "iDDS would run this task in every iteration.",
    """
A task outside the loop runs once, after the loop, so it must wait for the loop. Add
`after LOOP`, use the learner's output or a last value `LOOP.PARAMETER`, or move the task into
the loop.

## Why

iDDS repeats the whole workflow, not part of it. A task before the loop or in parallel with it
would run again in every iteration.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:3064`:
  `self.runs[str(self.num_run)] = self.template.copy()`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    repeat while decide.m1 < 10 at most 20 times
  }
  task report { exec = "report" }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    repeat while decide.m1 < 10 at most 20 times
  }
  task report { exec = "report" after scan }
}
```
""",
)


def outside_tasks_follow(context: CheckContext) -> None:
    """Report a task outside the loop that does not run after it: iDDS would repeat it."""
    loop, learner = find_only_loop(context)
    if loop is None or learner is None:
        return
    after = context.graph.descendants(learner)
    outside = [task for task in context.workflow.tasks.values() if not task.in_loop]
    for task in outside if all(task.is_complete for task in outside) else ():
        if task.name not in after and not _is_circular(context, task):
            context.report(
                OUTSIDE_THE_LOOP,
                task.head,
                f"'{task.name}' does not wait for loop '{loop.name}': "
                "iDDS would run it again in every iteration",
                f"write 'after {loop.name}' to run it once at the end, move it into the loop, "
                "or make it a workflow of its own",
                (loop.head, "the loop"),
            )


def _is_circular(context: CheckContext, task: Task) -> bool:
    """True if ``task`` waits for itself, which is a cycle and reported as one."""
    parents = context.graph.parents[task.name]
    return any(p == task.name or task.name in context.graph.ancestors(p) for p in parents)
