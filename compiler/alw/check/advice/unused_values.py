"""Inputs and constants that nothing uses."""

from __future__ import annotations

from ...diagnostics.diagnostic import Edit, Fix
from ...diagnostics.rule import rule
from ..context import CheckContext
from ..registry import reports
from ..written_values import (
    find_named_values,
)

UNUSED_INPUT = rule(
    601,
    "unused-input",
    "warning",
    "The input is never used.",
    """
The input is never used: not in a command, a name, an option or another value. Use it or remove
it.

## Why

Someone who sets it would believe that it changes something, but it never reaches iDDS or PanDA.

## Wrong

```alw
workflow altest {
  input nevents: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" }
}
```

## Right

```alw
workflow altest {
  input nevents: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {nevents} out.root" }
}
```
""",
)


UNUSED_CONSTANT = rule(
    602,
    "unused-constant",
    "warning",
    "The constant is never used.",
    """
The constant is never used: not in a command, a name, an option or another value. Use it or
remove it.

## Why

Someone who changes it would believe that it changes something, but it never reaches iDDS or
PanDA.

## Wrong

```alw
workflow altest {
  const nevents: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate 200 out.root" }
}
```

## Right

```alw
workflow altest {
  const nevents: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {nevents} out.root" }
}
```
""",
)


@reports(UNUSED_INPUT, UNUSED_CONSTANT)
def report_unused_values(context: CheckContext) -> None:
    """Report inputs and constants that nothing uses."""
    workflow = context.workflow
    used = workflow.used | find_named_values(context.workflow)
    for unused, what, values in (
        (UNUSED_INPUT, "input", workflow.inputs),
        (UNUSED_CONSTANT, "constant", workflow.constants),
    ):
        for value in values:
            if value.name not in used:
                fix = Fix("remove it", (Edit(value.declaration, ""),), safe=False)
                context.report(
                    unused,
                    value.span,
                    f"nothing uses {what} '{value.name}'",
                    f"use {{{value.name}}} somewhere, or remove it",
                    fix=fix,
                )
