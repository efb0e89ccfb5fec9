"""Loop parameters that nothing uses."""

from __future__ import annotations

from ...diagnostics.rule import rule
from ...semantics.expr import ParamValue
from ...semantics.program import Loop
from ..context import CheckContext, for_each_loop
from ..registry import reports
from ..repetition import all_leaves, is_repetitive
from ..written_values import (
    find_named_values,
)

UNUSED_PARAMETER = rule(
    603,
    "unused-parameter",
    "warning",
    "The loop parameter is never used.",
    """
The learner sets the loop parameter, but no command, no condition and no task after the loop
uses it. Use it in a command, or remove it.

## Why

iDDS inserts a value only where its placeholder is. The learner would search in a direction that
changes nothing.

- iDDS 2.6.21, `idds/atlas/workflowv2/atlaspandawork.py:247`: `new_parameter.replace(idds_attr`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    param m2: float = 0.5
    learn decide {
      exec = "python decide.py next.json {m1}"
      result "next.json" { m1: float, m2: float }
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
    param m2: float = 0.5
    learn decide {
      exec = "python decide.py next.json {m1} {m2}"
      result "next.json" { m1: float, m2: float }
    }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)


@reports(UNUSED_PARAMETER)
@for_each_loop
def report_unused_parameters(context: CheckContext, loop: Loop) -> None:
    """Report parameters that nothing in the loop or after it reads."""
    if is_repetitive(context, loop):
        return
    read = {leaf.name for leaf in all_leaves(context, loop) if isinstance(leaf, ParamValue)}
    read |= find_named_values(context.workflow)
    for param in loop.params:
        if param.name not in read:
            context.report(
                UNUSED_PARAMETER,
                param.name_span,
                f"nothing uses parameter '{param.name}'",
                f"write {{{param.name}}} in the command that needs it, or remove it here "
                "and from the result",
            )
