"""Conditions that do not see the learner's result."""

from __future__ import annotations

from ...diagnostics.diagnostic import Edit, Fix
from ...diagnostics.rule import rule
from ...semantics.expr import FieldValue, ParamValue, ResultOf, leaves
from ...semantics.program import Loop
from ..context import CheckContext, for_each_loop
from ..registry import reports

OLD_VALUES = rule(
    621,
    "old-values",
    "warning",
    "The condition uses only old values.",
    """
The condition uses only parameters, which still have the values from the start of this
iteration. The learner has just written new values, in fields of the same names. To decide by
the new ones, write `LEARNER.FIELD`.

## Why

The learner's job evaluates the condition after its command. Parameters get their new values
only when the next iteration starts. A loop that compares the old ones runs one iteration too
many, or continues with a value that was meant to end it, such as 0 events.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1066`: `for key in self.global_parameters:`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param nevents: int = 200
    task simulate { exec = "simulate {nevents} out.json" outputs = ["out.json"] n_jobs = 3 }
    learn decide {
      exec = "python decide.py next.json {nevents} {simulate.outputs[0]}"
      result "next.json" { nevents: int }
    }
    repeat while nevents > 0 at most 20 times
  }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param nevents: int = 200
    task simulate { exec = "simulate {nevents} out.json" outputs = ["out.json"] n_jobs = 3 }
    learn decide {
      exec = "python decide.py next.json {nevents} {simulate.outputs[0]}"
      result "next.json" { nevents: int }
    }
    repeat while decide.nevents > 0 at most 20 times
  }
}
```
""",
)


@reports(OLD_VALUES)
@for_each_loop
def report_old_values(context: CheckContext, loop: Loop) -> None:
    """Report a condition that reads only what this iteration started with."""
    learner = context.learner_of(loop)
    result = learner.result if learner else None
    repeat = loop.repeats[0] if loop.repeats else None
    if learner is None or result is None or repeat is None or repeat.condition is None:
        return
    read = list(leaves(repeat.condition))
    if any(isinstance(leaf, FieldValue | ResultOf) for leaf in read):
        return
    fields = {field.name: field.name_span for field in result.fields}
    old = [leaf for leaf in read if isinstance(leaf, ParamValue) and leaf.name in fields]
    if not old:
        return
    edits = tuple(Edit(leaf.span, f"{learner.name}.{leaf.name}") for leaf in old)
    context.report(
        OLD_VALUES,
        old[0].span,
        f"'{old[0].name}' is the value that this iteration started with, not the learner's new one",
        f"the new value is '{edits[0].text}'",
        (fields[old[0].name], "the new value"),
        fix=Fix("read the new values", edits, safe=False),
    )
