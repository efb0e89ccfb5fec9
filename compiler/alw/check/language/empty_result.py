"""Conditions that are true for an empty result."""

from __future__ import annotations

from ...diagnostics.rule import rule
from ...semantics.evaluate import Wrong, apply
from ...semantics.expr import Apply, Known, ResultOf, TypedExpr, leaves
from ...semantics.program import Loop
from ...semantics.types import BOOL
from ..context import CheckContext, for_each_loop
from ..ranges import possible
from ..registry import reports

GOES_ON_WITHOUT_RESULT = rule(
    320,
    "goes-on-without-result",
    "error",
    "The loop would go on after an empty result.",
    """
A condition on the presence of a result, `LEARNER.result`, must be false when there is none. An
empty result, `{}`, has no values for another iteration, so it ends the loop. To continue, let
the learner write its fields.

## Why

iDDS takes the values of the next iteration from the learner's result. If it is empty, the
parameters keep their values, and the next iteration silently repeats this one at full cost.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1067`:
  `status, value = work.get_global_parameter_from_output_data(key)`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide {
      exec = "python decide.py next.json {m1}"
      result "next.json" { m1: float, error: float }
    }
    repeat while not decide.result or decide.error > 0.01 at most 20 times
  }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide {
      exec = "python decide.py next.json {m1}"
      result "next.json" { m1: float, error: float }
    }
    repeat while decide.result and decide.error > 0.01 at most 20 times
  }
}
```
""",
)


@reports(GOES_ON_WITHOUT_RESULT)
@for_each_loop
def report_endless_loop(context: CheckContext, loop: Loop) -> None:
    """Report a condition that is true for an empty result.

    A learner whose condition asks for its result may leave it empty.  Then there are no values
    for a further iteration, and iDDS would repeat the ones it has (idds/workflowv2/workflow.py,
    ``sync_global_parameters_from_work``).
    """
    repeat = loop.repeats[0] if loop.repeats else None
    if repeat is None or repeat.condition is None or repeat.bound is None or repeat.bound == 1:
        return
    asked = [leaf for leaf in leaves(repeat.condition) if isinstance(leaf, ResultOf)]
    # the last iteration ends the loop whatever the condition says
    if asked and True in possible(_without_result(repeat.condition), repeat.bound - 1):
        name = f"{asked[0].task}.result"
        context.report(
            GOES_ON_WITHOUT_RESULT,
            repeat.condition.span,
            "the condition can be true for an empty result: the loop would repeat old values",
            f"an empty result ends the loop; write '{name} and (…)', or let the learner write "
            "its fields and say in one of them whether to go on",
            (asked[0].span, "false for an empty result"),
        )


def _without_result(term: TypedExpr) -> TypedExpr:
    """Return ``term`` for an empty result, computed as far as it can be."""
    match term:
        case ResultOf():
            return Known(BOOL, False, term.span)
        case Apply():
            operands = [_without_result(operand) for operand in term.operands]
            try:
                return apply(term.operator, operands, term.span)
            except Wrong:
                return Apply(term.type, term.operator, tuple(operands), term.span)
    return term
