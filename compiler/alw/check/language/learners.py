"""Each loop has one learner, and each learner one result."""

from __future__ import annotations

from ...diagnostics.rule import rule
from ...diagnostics.rules import DUPLICATE_NAME
from ...semantics.program import Loop, Task
from ...syntax.tree import Block, ResultClause
from ..context import CheckContext, for_each_loop
from ..registry import reports

NO_LEARNER = rule(
    302,
    "no-learner",
    "error",
    "The loop has no learner.",
    """
The loop has no `learn` task, so nothing decides whether it continues, and nothing sets its
parameters. Turn the deciding task into a `learn` with a `result`.

## Why

iDDS repeats a workflow while a condition on one of its tasks is true, and the condition
compares values from that task's result file. Without it, the tasks run once.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:3058`: `has_loop_condition():`
- iDDS 2.6.21, `idds/workflowv2/work.py:1262`: `if self.output_data and key in self.output_data:`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    task decide { exec = "python decide.py {m1}" outputs = ["next.json"] }
    repeat while m1 < 10 at most 20 times
  }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)


SEVERAL_LEARNERS = rule(
    303,
    "several-learners",
    "error",
    "The loop has more than one learner.",
    """
The loop has a second `learn` task. Only one learner can decide and set all new values. Make the
other one a `task`, and let the learner read its output.

## Why

An iDDS workflow has one loop condition; a second one replaces the first. And each learner, when
it ends, writes all parameters back, with old values for those that the other one sets.

- iDDS 2.6.21, `idds/workflowv2/workflow.py:1711`: `self.loop_condition = condition`
- iDDS 2.6.21, `idds/workflowv2/workflow.py:1072`:
  `self.global_parameters[key] = getattr(work, key)`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn train  { exec = "python train.py model.json {m1}" result "model.json" { chi2: float } }
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    repeat while train.chi2 > 1 at most 20 times
  }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    task train { exec = "python train.py {m1} model.json" outputs = ["model.json"] n_jobs = 1 }
    learn decide {
      exec = "python decide.py next.json {m1} {train.outputs[0]}"
      result "next.json" { m1: float, chi2: float }
    }
    repeat while decide.chi2 > 1 at most 20 times
  }
}
```
""",
)


NO_RESULT = rule(
    312,
    "no-result",
    "error",
    "The learner has no result.",
    """
The learner declares no result. Add `result "FILE.json" { NAME: TYPE, … }`: the JSON file that
its command writes, and the fields in it.

## Why

The result file is the only thing that a learner sends back to iDDS. Without it, there are no
new values and the loop ends after the first iteration.

- iDDS 2.6.21, `idds/atlas/workflowv2/atlaslocalpandawork.py:256`:
  `def parse_output_files(self, processing):`
- iDDS 2.6.21, `idds/workflowv2/work.py:1262`: `if self.output_data and key in self.output_data:`

## Wrong

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py {m1}" }
    repeat while m1 < 10 at most 20 times
  }
}
```

## Right

```alw
workflow altest {
  dataset = "user.wguan.altest"
  loop scan {
    param m1: float = 0.5
    learn decide { exec = "python decide.py next.json {m1}" result "next.json" { m1: float } }
    repeat while decide.m1 < 10 at most 20 times
  }
}
```
""",
)


@reports(NO_LEARNER, SEVERAL_LEARNERS)
@for_each_loop
def report_number_of_learners(context: CheckContext, loop: Loop) -> None:
    """Report a loop without a learner, or with several."""
    learners = learners_of(context, loop)
    if not learners and loop.is_complete and not _meant_to_learn(context, loop):
        context.report(
            NO_LEARNER,
            loop.head,
            f"loop '{loop.name}' has no learner: nothing decides whether it goes on",
            "add: learn NAME { exec = … result … }",
        )
    for other in learners[1:]:
        context.report(
            SEVERAL_LEARNERS,
            other.head,
            f"'{other.name}' is a second learner of loop '{loop.name}'",
            "a loop has one learner; make the other one a task",
            (learners[0].head, "the first learner"),
        )


def _meant_to_learn(context: CheckContext, loop: Loop) -> bool:
    """True if a task of the body has a result, which is reported where it is written."""
    blocks = (context.workflow.names.meanings.get(name) for name in loop.tasks)
    return any(
        isinstance(item, ResultClause)
        for block in blocks
        if isinstance(block, Block)
        for item in block.items
    )


@reports(NO_RESULT, DUPLICATE_NAME)
def report_missing_result(context: CheckContext) -> None:
    """Report a learner that declares no result, or several."""
    for task in context.workflow.tasks.values():
        if not task.learns:
            continue
        if task.result is None and task.is_complete:
            context.report(
                NO_RESULT,
                task.head,
                f"learner '{task.name}' declares no result",
                'add: result "FILE.json" { NAME: TYPE, … }',
            )
        for other in task.results[1:]:
            context.report(
                DUPLICATE_NAME,
                other.span,
                "a second result in one learner",
                "a learner writes one file: put all fields into it",
                (task.results[0].span, "the first one"),
            )


def learners_of(context: CheckContext, loop: Loop) -> list[Task]:
    """Return the learners in the body of ``loop``."""
    return [
        context.workflow.tasks[name] for name in loop.tasks if context.workflow.tasks[name].learns
    ]
