"""One loop per request."""

from __future__ import annotations

from ...check.context import CheckContext
from ...diagnostics.rule import rule
from ...semantics.program import Loop

SEVERAL_LOOPS = rule(
    306,
    "several-loops",
    "error",
    "iDDS runs only one loop per request.",
    """
A workflow can have only one loop. Move the other one into a workflow of its own, which you
submit as a separate request; both can be in the same file.

## Why

iDDS runs one loop per request. A second loop would have to be a workflow inside the workflow.
Its tasks are numbered by the iteration of the outer loop, so the server takes those of the
second iteration for tasks it already has, and submits nothing new.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:2784`: `work.num_run = int(self.num_run)`
- idds-server 2.6.21, `idds/agents/clerk/clerk.py:1254`: `loop_index=work.get_loop_index())`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop coarse {
    param m1: float = 0.5
    learn first { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    repeat while first.m1 < 10 at most 20 times
  }
  loop fine {
    param m2: float = 0.5
    learn second { exec = "python decide.py next.json {m2}" result "next.json" { m2: float } }
    repeat while second.m2 < 10 at most 20 times
  }
}
```

## Right

```alw
workflow coarse {
  dataset = "user.wguan.coarse"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    repeat while decide.m1 < 10 at most 20 times
  }
}
workflow fine {
  dataset = "user.wguan.fine"
  loop scan {
    param m2: float = 0.5
    learn decide { exec = "python decide.py next.json {m2}" result "next.json" { m2: float } }
    repeat while decide.m2 < 10 at most 20 times
  }
}
```
""",
)


def find_only_loop(context: CheckContext) -> tuple[Loop | None, str | None]:
    """Return the loop of a workflow that has one, and its learner, if exactly one decides it."""
    loops = context.workflow.loops
    loop = loops[0] if len(loops) == 1 else None
    return loop, context.graph.learners.get(loop.name) if loop else None


def one_loop(context: CheckContext) -> None:
    """Report a second loop: iDDS runs one per request, at top level (docs/engine.md)."""
    loops = context.workflow.loops
    for loop in loops[1:]:
        context.report(
            SEVERAL_LOOPS,
            loop.head,
            "a second loop in this workflow: iDDS runs only one loop per request",
            "move it to a workflow of its own; a file may have several",
            (loops[0].head, "the first loop"),
        )
