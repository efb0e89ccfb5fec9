"""Loops that repeat themselves."""

from __future__ import annotations

from ...diagnostics.rule import rule
from ...semantics.program import Loop
from ..context import CheckContext, for_each_loop
from ..registry import reports
from ..repetition import is_repetitive

SAME_EVERY_ITERATION = rule(
    606,
    "same-every-iteration",
    "warning",
    "Every iteration computes the same.",
    """
No task of the loop except the learner uses a loop parameter or `iteration`, so every iteration
runs the same commands. Insert a parameter into a command.

## Why

iDDS submits the same tasks again and inserts values only at placeholders. Without any, each
iteration costs as much as the first and adds nothing new, apart from random numbers.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:3064`:
  `self.runs[str(self.num_run)] = self.template.copy()`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    task simulate { exec = "simulate 0.5 out.json" outputs = ["out.json"] n_jobs = 10 }
    learn decide {
      exec = "python decide.py next.json {m1} {simulate.outputs[0]}"
      result "next.json" { m1: float }
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
    task simulate { exec = "simulate {m1} out.json" outputs = ["out.json"] n_jobs = 10 }
    learn decide {
      exec = "python decide.py next.json {m1} {simulate.outputs[0]}"
      result "next.json" { m1: float }
    }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)


@reports(SAME_EVERY_ITERATION)
@for_each_loop
def report_same_every_iteration(context: CheckContext, loop: Loop) -> None:
    """Report a loop that repeats its tasks with the same values."""
    if is_repetitive(context, loop):
        context.report(
            SAME_EVERY_ITERATION,
            loop.head,
            f"every iteration of loop '{loop.name}' computes the same",
            "write a parameter, {NAME}, or {iteration} in the command of a task",
        )
