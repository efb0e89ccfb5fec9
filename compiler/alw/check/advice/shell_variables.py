"""Values that are written as in pchain, or as variables of the shell."""

from __future__ import annotations

import re

from ...diagnostics.rule import rule
from ...diagnostics.rules import PCHAIN_PLACEHOLDER
from ...semantics.expr import Template, TypedExpr
from ...semantics.program import Task, fact
from ..context import CheckContext
from ..registry import reports
from ..written_values import (
    find_shell_variables,
    is_set,
)

SHELL_VARIABLE = rule(
    614,
    "shell-variable",
    "warning",
    "The shell has no variable of this name.",
    """
The command uses a shell variable, `${NAME}` or `$NAME`, with the name of an input, a constant
or a loop parameter. To insert that value, write `{NAME}`.

## Why

The names of a workflow are not variables on the worker node. The shell inserts nothing, without
an error, and the program gets one argument less.

- panda-wnscript 96788a6, `src/rungen/runGen.py:654`: `status=os.system(`

## Wrong

```alw
workflow altest {
  const nevents: int = 200
  dataset = "user.wguan.altest{nevents}"
  task simulate { exec = "simulate ${nevents} out.root" }
}
```

## Right

```alw
workflow altest {
  const nevents: int = 200
  dataset = "user.wguan.altest{nevents}"
  task simulate { exec = "simulate {nevents} out.root" }
}
```
""",
)


#: An odd number of percent signs at the end.
_PERCENT = re.compile(r"(?<!%)(?:%%)*%\Z")


@reports(SHELL_VARIABLE, PCHAIN_PLACEHOLDER)
def report_shell_variables(context: CheckContext) -> None:
    """Report values that are written as in pchain, or as variables of the shell."""
    workflow = context.workflow
    values = {value.name: value.span for value in (*workflow.inputs, *workflow.constants)}
    params = {loop.name: {p.name: p.name_span for p in loop.params} for loop in workflow.loops}
    for task in workflow.tasks.values():
        setting = task.settings.get("exec")
        if setting is None:
            continue
        for value in _after_percent(task):
            context.report(
                PCHAIN_PLACEHOLDER,
                value.span,
                "the '%' before the brace becomes part of the command",
                "for pchain's %{NAME}, write {NAME}",
            )
        for name, written in find_shell_variables(task.command):
            declared = values | params.get(task.loop, {})
            if name in declared and not is_set(name, task.command):
                context.report(
                    SHELL_VARIABLE,
                    setting.term.span,
                    f"'{written}' is a shell variable, which is not set in the job",
                    f"to insert the value, write {{{name}}}",
                    (declared[name], "declared here"),
                )


@fact
def _after_percent(task: Task) -> tuple[TypedExpr, ...]:
    """Return the values in the command that follow a percent sign."""
    term = task.settings["exec"].term
    parts = term.parts if isinstance(term, Template) else ()
    return tuple(
        part
        for before, part in zip(parts, parts[1:], strict=False)
        if isinstance(before, str) and _PERCENT.search(before) and not isinstance(part, str)
    )
