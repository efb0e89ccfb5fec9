"""Conditions that decide nothing."""

from __future__ import annotations

from ...diagnostics.rule import rule
from ...semantics.program import Loop
from ..context import CheckContext, for_each_loop
from ..ranges import possible
from ..registry import reports

CONSTANT_CONDITION = rule(
    607,
    "constant-condition",
    "warning",
    "The condition is always true or always false.",
    """
The loop's condition is always true, so only the bound ends the loop; or it is never true, so
the loop ends after one iteration. Correct it, or write `repeat at most N times` to run N times
in any case.

## Why

The condition is evaluated in the learner's job, and iDDS sees only the outcome. Nobody would
notice that it decides nothing.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:3059`: `get_loop_condition_status():`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    repeat while iteration < 50 at most 20 times
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
    repeat at most 20 times
  }
}
```
""",
)


@reports(CONSTANT_CONDITION)
@for_each_loop
def report_constant_condition(context: CheckContext, loop: Loop) -> None:
    """Report a condition that is always true or always false."""
    repeat = loop.repeats[0] if loop.repeats else None
    if repeat is None or repeat.condition is None or repeat.bound is None:
        return
    values = possible(repeat.condition, repeat.bound)
    if values == {True}:
        context.report(
            CONSTANT_CONDITION,
            repeat.condition.span,
            "the condition is always true: only the bound ends the loop",
            f"if this is intended, write: repeat at most {repeat.bound} times",
        )
    elif values == {False}:
        context.report(
            CONSTANT_CONDITION,
            repeat.condition.span,
            "the condition is never true: the loop ends after its first iteration",
            "compare with a field of the learner's result that changes",
        )
