"""Tasks whose outputs nothing reads."""

from __future__ import annotations

from ...diagnostics.rule import rule
from ...semantics.expr import OutputOf
from ...semantics.program import Loop
from ..context import CheckContext, for_each_loop
from ..registry import reports

UNUSED_TASK = rule(
    605,
    "unused-task",
    "warning",
    "Nothing reads the task's output.",
    """
The learner waits for a task whose outputs neither the learner nor any other task reads. Use an
output, or let the task wait for the learner instead.

## Why

A task before the learner usually makes something to read, so its files may have been forgotten
in a command. If not, it is better placed after the learner: the learner starts only when all
tasks before it have finished, at least in part, and if one fails, the loop ends.

- iDDS 2.6.21, `idds/workflowv2/work.py:1537`: `[WorkStatus.Finished, WorkStatus.SubFinished]`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    task draw { exec = "draw {m1} plot.png" outputs = ["plot.png"] }
    learn decide {
      exec = "python decide.py next.json {m1}"
      result "next.json" { m1: float }
      after draw
    }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    task draw    { exec = "draw {m1} plot.png" outputs = ["plot.png"] after decide }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)


@reports(UNUSED_TASK)
@for_each_loop
def report_unused_tasks(context: CheckContext, loop: Loop) -> None:
    """Report tasks that the learner waits for and whose outputs nothing reads."""
    workflow, learner = context.workflow, context.learner_of(loop)
    if learner is None:
        return
    read = {
        leaf.task
        for task in workflow.tasks.values()
        for leaf in task.leaves
        if isinstance(leaf, OutputOf)
    }
    before = context.graph.ancestors(learner.name)
    for task in workflow.tasks.values():
        if task.loop == loop.name and task.name in before and task.name not in read:
            if "outputs" not in task.settings:
                continue  # it may leave something elsewhere
            context.report(
                UNUSED_TASK,
                task.name_span,
                f"learner '{learner.name}' waits for '{task.name}', but nothing reads its outputs",
                f"use {{{task.name}.outputs[0]}} in a command, or let it run after the learner",
            )
