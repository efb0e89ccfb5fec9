"""Loop parameters that no task uses."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...diagnostics.rule import rule
from ...semantics.expr import ParamValue, TypedExpr, leaves
from ...semantics.program import Loop
from ..context import CheckContext, for_each_loop
from ..registry import reports
from ..repetition import is_repetitive
from ..written_values import (
    find_named_values,
)

LEARNER_ONLY = rule(
    622,
    "learner-only",
    "warning",
    "Only the learner uses the parameter.",
    """
The learner sets the parameter and reads it, but no task uses it; it is probably missing in a
command. If the learner only uses it to remember something, add `# alw: ignore learner-only`, or
give it a name that says so, such as `best_m1`, `last_error` or `history`.

## Why

A parameter makes the tasks of each iteration do something different. If it is missing in a
command, every iteration simulates with the same value, and the learner fits to that.

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    param m2: float = 0.5
    task simulate { exec = "simulate {m1} out.json" outputs = ["out.json"] n_jobs = 3 }
    learn decide {
      exec = "python decide.py next.json {m1} {m2} {simulate.outputs[0]}"
      result "next.json" { m1: float, m2: float }
    }
    repeat at most 5 times
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
    task simulate { exec = "simulate {m1} {m2} out.json" outputs = ["out.json"] n_jobs = 3 }
    learn decide {
      exec = "python decide.py next.json {m1} {m2} {simulate.outputs[0]}"
      result "next.json" { m1: float, m2: float }
    }
    repeat at most 5 times
  }
}
```
""",
)


#: Parts of the names of values that a learner keeps for itself, and of ends of an interval.
_MEMORY = re.compile(
    r"(?:.*_)?(?:best|last|previous|prev|old|history|seen|tried|visited|known|memory|state"
    r"|count|counter|total|sum|stale|patience|failures)(?:_.*)?",
    re.IGNORECASE,
)


_LIMITS = re.compile(r"(?:.*_)?(?:lo|hi|low|high|lower|upper|left|right)(?:_.*)?", re.IGNORECASE)


@reports(LEARNER_ONLY)
@for_each_loop
def report_learner_only(context: CheckContext, loop: Loop) -> None:
    """Report parameters that the learner is told, and that change nothing in the tasks."""
    learner = context.learner_of(loop)
    if learner is None or len(loop.tasks) < 2 or is_repetitive(context, loop):
        return
    told = _params(learner.leaves)
    tasks = [task for task in context.workflow.tasks.values() if task is not learner]
    read = {name for task in tasks for name in _params(task.leaves)}
    for repeat in loop.repeats:
        read |= _params(leaves(repeat.condition)) if repeat.condition else set()
    read |= find_named_values(context.workflow)
    brackets = not any(_is_limit(name) for name in read)
    for param in loop.params:
        if _is_memory(param.name) or (brackets and _is_limit(param.name)):
            continue
        if param.name in told and param.name not in read:
            context.report(
                LEARNER_ONLY,
                param.name_span,
                f"only learner '{learner.name}' reads parameter '{param.name}': no task uses its "
                "value",
                f"write {{{param.name}}} in the command of a task; if the learner only remembers "
                f"it, add: # alw: ignore {LEARNER_ONLY.name}",
            )


def _is_memory(name: str) -> bool:
    """True if the name says that the learner keeps the value for itself: ``best_m1``."""
    return _MEMORY.fullmatch(name) is not None


def _is_limit(name: str) -> bool:
    """True if the name is that of one end of an interval, in which a learner searches."""
    return _LIMITS.fullmatch(name) is not None


def _params(terms: Iterable[TypedExpr]) -> set[str]:
    return {term.name for term in terms if isinstance(term, ParamValue)}
