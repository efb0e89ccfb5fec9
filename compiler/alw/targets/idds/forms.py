"""The forms of a workflow that iDDS runs, whatever the release.

One loop at top level, whose learner decides with all values in its hands; everything else runs
after it.  The rules are of the engine, not of the language.
"""

from __future__ import annotations

from collections.abc import Callable

from ...check.context import CheckContext
from ...diagnostics.rules import LEARNER_DOES_NOT_WAIT, OUTSIDE_THE_LOOP, SEVERAL_LOOPS
from ...semantics.program import Task


def one_loop(context: CheckContext) -> None:
    """iDDS runs one loop per request, at top level (docs/engine.md)."""
    loops = context.workflow.loops
    for loop in loops[1:]:
        context.report(
            SEVERAL_LOOPS,
            loop.head,
            "a second loop in this workflow: iDDS runs only one loop per request",
            "move it to a workflow of its own; a file may have several",
            (loops[0].head, "the first loop"),
        )


def learner_waits(context: CheckContext) -> None:
    """Every task of the body precedes the learner or follows it.

    A task that ends beside the learner writes its own, older copy of all parameters back
    and undoes the learner's values (idds/workflowv2/workflow.py,
    ``sync_global_parameters_from_work``; docs/engine.md).
    """
    loop, learner = context.workflow.loop, context.graph.learner
    if loop is None or learner is None:
        return
    tasks = [context.workflow.tasks[name] for name in loop.tasks]
    if not loop.is_complete or not all(task.is_complete for task in tasks):
        return  # who waits for whom is not known
    ordered = context.graph.ancestors(learner) | context.graph.descendants(learner) | {learner}
    for name in loop.tasks:
        if name not in ordered:
            context.report(
                LEARNER_DOES_NOT_WAIT,
                context.workflow.tasks[name].head,
                f"learner '{learner}' does not wait for '{name}': when '{name}' ends last, "
                "iDDS puts the old parameter values back",
                f"use an output of '{name}' in '{learner}', or write 'after {name}' there",
                (context.workflow.tasks[learner].head, "the learner"),
            )


def outside_tasks_follow(context: CheckContext) -> None:
    """A task outside the loop runs after it; iDDS repeats everything else."""
    loop, learner = context.workflow.loop, context.graph.learner
    if loop is None or learner is None:
        return
    after = context.graph.descendants(learner)
    outside = [task for task in context.workflow.tasks.values() if not task.in_loop]
    for task in outside if all(task.is_complete for task in outside) else ():
        if task.name not in after and not _is_circular(context, task):
            context.report(
                OUTSIDE_THE_LOOP,
                task.head,
                f"'{task.name}' does not wait for loop '{loop.name}': "
                "iDDS would run it again in every iteration",
                f"write 'after {loop.name}' to run it once at the end, move it into the loop, "
                "or make it a workflow of its own",
                (loop.head, "the loop"),
            )


#: The checks of these rules.
FORMS: tuple[Callable[[CheckContext], None], ...] = (one_loop, learner_waits, outside_tasks_follow)


def check_form(context: CheckContext) -> None:
    """Report a workflow of another form."""
    for rule in FORMS:
        rule(context)


def _is_circular(context: CheckContext, task: Task) -> bool:
    """True if ``task`` waits for itself, which is a cycle and reported as one."""
    parents = context.graph.parents[task.name]
    return any(p == task.name or task.name in context.graph.ancestors(p) for p in parents)
