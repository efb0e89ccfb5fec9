"""Fields of a result that nothing uses, or that change nothing."""

from __future__ import annotations

from ...diagnostics.rule import rule
from ...semantics.expr import FieldValue
from ...semantics.program import Loop
from ..context import CheckContext, for_each_loop
from ..registry import reports
from ..repetition import all_leaves

UNUSED_FIELD = rule(
    604,
    "unused-field",
    "warning",
    "The result field is never used.",
    """
The learner must write this result field, but no loop parameter has its name and the condition
does not use it. Declare the parameter, use the field in the condition, or remove it; the
learner may write more fields than it declares.

## Why

iDDS keeps only the values whose names are parameters; the others are lost.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1066`: `for key in self.global_parameters:`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide {
      exec = "python decide.py next.json {m1}"
      result "next.json" { m1: float, chi2: float }
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
    learn decide {
      exec = "python decide.py next.json {m1}"
      result "next.json" { m1: float, chi2: float }
    }
    repeat while decide.chi2 > 1 at most 20 times
  }
}
```
""",
)


SHADOWED_NAME = rule(
    610,
    "shadowed-name",
    "warning",
    "A field does not change its namesake.",
    """
A result field has the name of an input or a constant, but does not change it. Only loop
parameters change: declare it with `param` in the loop, or rename the field.

## Why

The values of inputs and constants go into the workflow before submission. From a result, iDDS
keeps only the values whose names are parameters.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1066`: `for key in self.global_parameters:`

## Wrong

```alw
workflow altest {
  const nevents: int = 200
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide {
      exec = "python decide.py next.json {m1} {nevents}"
      result "next.json" { m1: float, nevents: int }
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
    param m1: float    = 0.5
    param nevents: int = 200
    learn decide {
      exec = "python decide.py next.json {m1} {nevents}"
      result "next.json" { m1: float, nevents: int }
    }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)


@reports(UNUSED_FIELD, SHADOWED_NAME)
@for_each_loop
def report_unused_fields(context: CheckContext, loop: Loop) -> None:
    """Report fields that feed no parameter and are read by no condition."""
    learner = context.learner_of(loop)
    result = learner.result if learner else None
    if result is None:
        return
    read = {leaf.name for leaf in all_leaves(context, loop) if isinstance(leaf, FieldValue)}
    others = {value.name: value.span for value in context.workflow.inputs}
    others |= {value.name: value.span for value in context.workflow.constants}
    for field in result.fields:
        if loop.param(field.name):
            continue
        if field.name in others:
            context.report(
                SHADOWED_NAME,
                field.name_span,
                f"result field '{field.name}' does not change the value of '{field.name}'",
                "only a loop parameter takes a new value: write 'param' in the loop, or rename "
                "the field",
                (others[field.name], "this value never changes"),
            )
            continue
        if field.name in read:
            continue
        context.report(
            UNUSED_FIELD,
            field.name_span,
            f"nothing reads result field '{field.name}'",
            f"declare 'param {field.name}: {field.type}' in the loop, use it in the condition, "
            "or remove it",
        )
