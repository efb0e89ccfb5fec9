"""The command of a learner's job: the author's, with the check of the result after it."""

from __future__ import annotations

import re

from ...diagnostics.diagnostic import Failed
from ...diagnostics.rule import rule
from ...diagnostics.rules import RESERVED_TEXT, UNRUNNABLE_COMMAND
from ...prun.command import Part
from ...prun.marked_text import has_only_proper_marks
from ...prun.plan_context import PlanContext
from ...semantics.expressions import known_text
from ...semantics.program import Task
from ...text.source import Span
from .epilogue import LEAVING, add_epilogue, find_interpreter

UNKNOWN_INTERPRETER = rule(
    313,
    "unknown-interpreter",
    "error",
    "The learner's check needs a Python.",
    """
The compiler adds a check to the learner's command that runs in Python, but the command uses no
Python that the compiler can recognise. Name one: `interpreter = "python3"`.

## Why

iDDS neither counts iterations nor checks results. A few lines of Python after the learner's
command do both, and an interpreter must run them.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1070`: `self.global_parameters[key] = value`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "./decide.sh next.json {m1}" result "next.json" { m1: float } }
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
      exec        = "./decide.sh next.json {m1}"
      interpreter = "python3"
      result "next.json" { m1: float }
    }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)

#: What the shell takes as text, whatever words are in it.
_QUOTED = re.compile(r"""\\.|'[^']*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)


def compile_learner(
    context: PlanContext, task: Task, parts: tuple[Part, ...], span: Span
) -> tuple[Part, ...] | Failed:
    """Return a learner's command with the epilogue."""
    loop, result = context.workflow.loop_around(task), task.result
    if loop is None or result is None or not loop.repeats or loop.repeats[0].bound is None:
        return context.failed_before(task.head, f"the decision of learner '{task.name}'")
    if loop.repeats[0].has_condition and loop.repeats[0].condition is None:
        return context.failed_before(loop.repeats[0].span, "the condition of the loop")
    literal = "".join(part if isinstance(part, str) else "0" for part in parts)
    leaving = LEAVING.search(_QUOTED.sub("_", literal))
    if leaving:
        return context.fail(
            UNRUNNABLE_COMMAND,
            span,
            f"'{leaving[1]}' in a learner's command would skip the checks after it",
            "put the command into a script",
        )
    interpreter = choose_interpreter(context, task, parts, span)
    if isinstance(interpreter, Failed):
        return interpreter
    repeat = loop.repeats[0]
    whole = add_epilogue(
        parts, interpreter, result, loop.params, repeat.condition, repeat.bound or 1
    )
    if not has_only_proper_marks(whole, context.placeholders):
        return context.fail(
            RESERVED_TEXT,
            result.file_span,
            context.capabilities.reserved_text,
            "rename the result file",
        )
    return whole


def choose_interpreter(
    context: PlanContext, task: Task, parts: tuple[Part, ...], span: Span
) -> str | Failed:
    """Return the Python that checks a learner's result."""
    setting = task.settings.get("interpreter")
    interpreter = known_text(setting.term) if setting else find_interpreter(parts)
    if interpreter is None or not interpreter.strip() or "'" in interpreter:
        return context.fail(
            UNKNOWN_INTERPRETER,
            setting.term.span if setting else span,
            f"no Python interpreter in the command of learner '{task.name}'",
            "the compiled check of the result needs one; "
            'name one that exists in the job: interpreter = "python3"',
        )
    return interpreter
