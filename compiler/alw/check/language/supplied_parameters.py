"""Each parameter of a loop has a value in each iteration."""

from __future__ import annotations

from ...diagnostics.rule import rule
from ...diagnostics.rules import TYPE_MISMATCH
from ...semantics.program import Loop
from ...semantics.types import DATASET, fits
from ...text.suggest import nearest
from ..context import CheckContext, for_each_loop
from ..registry import reports
from .learners import learners_of

PARAMETER_NOT_SUPPLIED = rule(
    207,
    "parameter-not-supplied",
    "error",
    "There is no value for the next iterations.",
    """
The learner's result has no field with the name of the parameter, so the parameter has no new
value in the second iteration. Add the field to `result`, or use `const` for a value that never
changes.

## Why

If the result has no value for a parameter, iDDS silently keeps the old one. A misspelt field
would make the loop compute the first point again and again.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1072`:
  `self.global_parameters[key] = getattr(work, key)`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param mass: float = 0.5
    learn decide { exec = "python decide.py next.json {mass}" result "next.json" { mas: float } }
    repeat while decide.mas < 10 at most 20 times
  }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param mass: float = 0.5
    learn decide { exec = "python decide.py next.json {mass}" result "next.json" { mass: float } }
    repeat while decide.mass < 10 at most 20 times
  }
}
```
""",
)


FIELD_TYPE_MISMATCH = rule(
    208,
    "field-type-mismatch",
    "error",
    "Result field and parameter differ in type.",
    """
A result field and the loop parameter of the same name have different types. Give both the same
type; an int field may set a float parameter.

## Why

iDDS inserts whatever the learner writes into the next command: `200.0` where the program reads
an integer. The check after the learner's command enforces the types that you declare.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1070`: `self.global_parameters[key] = value`
- iDDS 2.6.21, `idds/atlas/workflowv2/atlaspandawork.py:247`: `str(attr_value)`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param nevents: int = 200
    learn decide {
      exec = "python decide.py next.json {nevents}"
      result "next.json" { nevents: float }
    }
    repeat while decide.nevents > 0 at most 20 times
  }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param nevents: int = 200
    learn decide {
      exec = "python decide.py next.json {nevents}"
      result "next.json" { nevents: int }
    }
    repeat while decide.nevents > 0 at most 20 times
  }
}
```
""",
)


@reports(PARAMETER_NOT_SUPPLIED, FIELD_TYPE_MISMATCH, TYPE_MISMATCH)
@for_each_loop
def report_unsupplied_parameters(context: CheckContext, loop: Loop) -> None:
    """Report parameters that get no value, or none of their type, from the learner's result."""
    learners = learners_of(context, loop)
    result = learners[0].result if len(learners) == 1 else None
    for param in loop.params:
        if param.type == DATASET:
            context.report(TYPE_MISMATCH, param.span, "a loop parameter cannot be a dataset")
        if result is None:
            continue
        field = next((f for f in result.fields if f.name == param.name), None)
        if field is None:
            if not result.is_complete:
                continue
            close = nearest(param.name, [f.name for f in result.fields if not loop.param(f.name)])
            context.report(
                PARAMETER_NOT_SUPPLIED,
                param.name_span,
                f"nothing gives '{param.name}' a value in the second iteration",
                (f"did you mean '{close}' in the result? " if close else "")
                + f"add '{param.name}: {param.type}' to the result, "
                f"or write 'const' instead of 'param' if it never changes",
                (result.span, "the learner's result has no such field"),
            )
        elif param.first is None:
            continue  # its type may be what is wrong
        elif not fits(field.type, param.type):
            context.report(
                FIELD_TYPE_MISMATCH,
                field.name_span,
                f"result field '{field.name}' is {field.type}, "
                f"but it feeds a parameter of type {param.type}",
                f"declare both {param.type}",
                (param.name_span, "the parameter"),
            )
        elif not set(field.type.alphabet or ()) <= set(param.type.alphabet or ()):
            context.report(
                FIELD_TYPE_MISMATCH,
                field.name_span,
                f"result field '{field.name}' may have characters that the parameter does not "
                "allow",
                "declare the alphabet on the parameter only; it applies to the field too",
                (param.name_span, "the parameter"),
            )
    for field in result.fields if result else ():
        if field.type == DATASET:
            context.report(TYPE_MISMATCH, field.name_span, "a result field cannot be a dataset")
