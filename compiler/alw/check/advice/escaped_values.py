"""Values between two braces, which are text."""

from __future__ import annotations

from ...diagnostics.diagnostic import Edit, Fix
from ...diagnostics.rule import rule
from ..context import CheckContext
from ..registry import reports
from ..written_values import (
    find_escaped_values,
)

ESCAPED_VALUE = rule(
    624,
    "escaped-value",
    "warning",
    "Two braces do not insert a value.",
    """
Two braces are a literal brace: `{{m1}}` becomes `{m1}` in the command, not the value of `m1`.
To insert the value, write `{m1}`.

## Why

Other template tools write values with two braces. In alw, two braces become one, for programs
that need a brace, such as awk. A name of the workflow between them is probably meant as a
value.

## Wrong

```alw
workflow altest {
  input events: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {{events}} out.root" outputs = ["out.root"] }
}
```

## Right

```alw
workflow altest {
  input events: int = 200
  dataset = "user.wguan.altest"
  task simulate { exec = "simulate {events} out.root" outputs = ["out.root"] }
}
```
""",
)


@reports(ESCAPED_VALUE)
def report_escaped_values(context: CheckContext) -> None:
    """Report values between two braces: they are text, and no value is inserted."""
    for task in context.workflow.tasks.values():
        for name, text, span in find_escaped_values(context.workflow, task):
            context.report(
                ESCAPED_VALUE,
                span,
                f"two braces insert no value: the text stays {text}",
                f"the value of '{name}' is written {text}",
                fix=Fix(f"change to {text}", (Edit(span, text),)),
            )
