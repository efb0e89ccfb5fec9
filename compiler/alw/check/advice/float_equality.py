"""Floats that are compared for equality."""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics.rule import rule
from ...semantics.expr import Apply, Known, TypedExpr
from ...semantics.program import Loop
from ...semantics.types import FLOAT
from ..context import CheckContext, for_each_loop
from ..registry import reports

FLOAT_EQUALITY = rule(
    608,
    "float-equality",
    "warning",
    "Comparing floats for equality is unreliable.",
    """
The condition compares floats with `==` or `!=`. Use `<` or `>`, or let the learner decide and
write a bool.

## Why

A computed float often differs in the last digit: `0.1 + 0.2` is not `0.3`. The loop would run
on to its bound, or stop too early.

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    repeat while decide.m1 != 10.0 at most 20 times
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
    repeat while decide.m1 < 10.0 at most 20 times
  }
}
```
""",
)


@reports(FLOAT_EQUALITY)
@for_each_loop
def report_float_equality(context: CheckContext, loop: Loop) -> None:
    """Report floats that are compared for equality."""
    for repeat in loop.repeats:
        if repeat.condition is None:
            continue
        for comparison in _comparisons(repeat.condition):
            wanted = "<" if comparison.operator == "==" else ">="
            context.report(
                FLOAT_EQUALITY,
                comparison.span,
                f"'{comparison.operator}' compares floats, which are almost never equal",
                f"use '{wanted}', or let the learner decide and return a bool",
            )


def _comparisons(term: TypedExpr) -> Iterator[Apply]:
    if isinstance(term, Apply):
        known = all(isinstance(operand, Known) for operand in term.operands)
        inexact = any(operand.type == FLOAT for operand in term.operands)
        if term.operator in ("==", "!=") and inexact and not known:
            yield term
        for operand in term.operands:
            yield from _comparisons(operand)
