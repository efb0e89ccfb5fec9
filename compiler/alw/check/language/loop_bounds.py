"""Each loop says how often it repeats."""

from __future__ import annotations

from ...diagnostics.rule import rule
from ...diagnostics.rules import DUPLICATE_NAME, TYPE_MISMATCH
from ...semantics.program import Loop
from ...semantics.types import BOOL, FLOAT, INT, UNKNOWN
from ..context import CheckContext, for_each_loop
from ..registry import reports

UNBOUNDED_LOOP = rule(
    301,
    "unbounded-loop",
    "error",
    "The loop has no maximum number of iterations.",
    """
The loop has no `at most N times`. Every loop needs this bound, so that a condition that stays
true cannot keep the grid busy forever.

## Why

iDDS has no counter: it starts the next iteration whenever the learner says so. The compiler
therefore adds the bound to the learner's command.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:3059`: `get_loop_condition_status():`
- iDDS 2.6.21, `idds/workflowv2/work.py:1284`:
  `if not (value == self.and_custom_conditions[key]):`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    repeat while decide.m1 < 10
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
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)


NO_REPEAT = rule(
    311,
    "no-repeat",
    "error",
    "The loop has no 'repeat'.",
    """
The loop does not say when it repeats. End it with `repeat while CONDITION at most N times`, or
with `repeat at most N times` to run it N times in any case.

## Why

Without a condition, iDDS runs the tasks of the loop once.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:3058`: `has_loop_condition():`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
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
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)


@reports(UNBOUNDED_LOOP, NO_REPEAT, DUPLICATE_NAME, TYPE_MISMATCH)
@for_each_loop
def report_missing_bound(context: CheckContext, loop: Loop) -> None:
    """Report a loop that does not say, in one way, how often it repeats."""
    if not loop.repeats and loop.is_complete:
        context.report(
            NO_REPEAT,
            loop.head,
            f"loop '{loop.name}' does not say when it repeats",
            "end its body with: repeat while CONDITION at most N times",
        )
    for other in loop.repeats[1:]:
        context.report(
            DUPLICATE_NAME,
            other.span,
            "a second 'repeat' in one loop",
            "join the conditions with 'and' or 'or'",
            (loop.repeats[0].span, "the first one"),
        )
    for repeat in loop.repeats[:1]:
        if not repeat.has_bound and loop.is_complete:
            context.report(
                UNBOUNDED_LOOP,
                repeat.span,
                "the loop has no bound: if the condition stays true, it runs forever",
                "add: at most N times",
            )
        condition = repeat.condition
        if condition is not None and condition.type not in (BOOL, UNKNOWN):
            text = context.workflow.source.text[condition.span.start : condition.span.end]
            context.report(
                TYPE_MISMATCH,
                condition.span,
                f"a condition is true or false, not {condition.type}",
                f"compare it, such as: {text} > 0" if condition.type in (INT, FLOAT) else "",
            )
