"""The tasks of a body before and after its learner."""

from __future__ import annotations

from ...check.context import CheckContext
from ...diagnostics.rule import rule
from .single_loop import find_only_loop

LEARNER_DOES_NOT_WAIT = rule(
    304,
    "learner-does-not-wait",
    "error",
    "A task runs in parallel with the learner.",
    """
The task runs in parallel with the learner. Let the learner read one of its outputs or wait for
it (`after TASK`), or let the task wait for the learner (`after LEARNER`).

## Why

When a task ends, iDDS writes that task's copy of all parameters back. A task that starts before
the learner has ended, and ends after it, writes back the old values. The loop then computes the
same point again and again, without an error.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1061`:
  `def sync_global_parameters_from_work(self, work):`
- iDDS 2.6.21, `idds/workflowv2/workflow.py:1072`:
  `self.global_parameters[key] = getattr(work, key)`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    task plot    { exec = "plot {m1}" }
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
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
    task plot { exec = "plot {m1}" }
    learn decide {
      exec = "python decide.py next.json {m1}"
      result "next.json" { m1: float }
      after plot
    }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)


def learner_waits(context: CheckContext) -> None:
    """Report a task of the body that neither precedes the learner nor follows it.

    A task that ends beside the learner writes its own, older copy of all parameters back
    and undoes the learner's values (idds/workflowv2/workflow.py,
    ``sync_global_parameters_from_work``; docs/engine.md).
    """
    loop, learner = find_only_loop(context)
    if loop is None or learner is None:
        return
    tasks = [context.workflow.tasks[name] for name in loop.tasks]
    if not loop.is_complete or not all(task.is_complete for task in tasks):
        return  # who waits for whom is not known
    ordered = context.graph.ancestors(learner) | context.graph.descendants(learner) | {learner}
    for name in loop.tasks:
        if name not in ordered:
            context.report(
                LEARNER_DOES_NOT_WAIT,
                context.workflow.tasks[name].head,
                f"learner '{learner}' does not wait for '{name}': when '{name}' ends last, "
                "iDDS puts the old parameter values back",
                f"use an output of '{name}' in '{learner}', or write 'after {name}' there",
                (context.workflow.tasks[learner].head, "the learner"),
            )
