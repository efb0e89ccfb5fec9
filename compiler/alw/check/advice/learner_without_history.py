"""Learners that cannot know what was tried before."""

from __future__ import annotations

from ...diagnostics.rule import rule
from ...semantics.program import Loop
from ..context import CheckContext, for_each_loop
from ..registry import reports
from ..repetition import is_repetitive, is_varying

LEARNER_WITHOUT_HISTORY = rule(
    609,
    "learner-without-history",
    "warning",
    "The learner does not see earlier values.",
    """
The learner's command uses neither a loop parameter nor `iteration`. It sees the files of this
iteration, but cannot know which values they belong to or what was tried before. Insert a
parameter or `{iteration}` into its command.

## Why

A learner is a new job in every iteration and remembers nothing. All it knows comes from its
command and from the datasets that it reads.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:3064`:
  `self.runs[str(self.num_run)] = self.template.copy()`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    task simulate { exec = "simulate {m1} out.json" outputs = ["out.json"] n_jobs = 10 }
    learn decide {
      exec = "python decide.py next.json {simulate.outputs[0]}"
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


@reports(LEARNER_WITHOUT_HISTORY)
@for_each_loop
def report_learner_without_history(context: CheckContext, loop: Loop) -> None:
    """Report a learner that sees no parameter and no iteration: it cannot know what was tried."""
    learner = context.learner_of(loop)
    if learner is None or is_repetitive(context, loop):
        return
    if not is_varying(learner, loop):
        context.report(
            LEARNER_WITHOUT_HISTORY,
            learner.name_span,
            f"learner '{learner.name}' sees only the last iteration, and not its parameter values",
            "pass the parameters, {NAME}, or {iteration} in its command",
        )
