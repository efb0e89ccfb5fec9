"""Tasks do not wait for each other."""

from __future__ import annotations

from collections.abc import Sequence

from ...diagnostics.rules import DEPENDENCY_CYCLE
from ...semantics.program import Loop
from ...semantics.scope import circle_text
from ..context import CheckContext, for_each_loop
from ..registry import reports


@reports(DEPENDENCY_CYCLE)
@for_each_loop
def report_waiting_for_what_follows(context: CheckContext, loop: Loop) -> None:
    """Report a task of the body that waits for a task after the loop."""
    learner = context.learner_of(loop)
    if learner is None:
        return
    tasks, after = context.workflow.tasks, context.graph.descendants(learner.name)
    for name in loop.tasks:
        if name not in after:
            continue  # before the learner it is a cycle, which report_cycles reports
        for parent, span in context.graph.parents[name].items():
            if parent in after and tasks[parent].loop != loop.name:
                context.report(
                    DEPENDENCY_CYCLE,
                    span,
                    f"'{name}' is in the loop but waits for '{parent}' after the loop",
                    "",
                    (tasks[parent].head, "runs after the loop has ended"),
                )


@reports(DEPENDENCY_CYCLE)
def report_cycles(context: CheckContext) -> None:
    """Report tasks that wait for each other; repeating them takes a loop."""
    for cycle in context.graph.cycles():
        first, parent = cycle[0], cycle[1 % len(cycle)]
        circle = circle_text([*cycle, cycle[0]])
        context.report(
            DEPENDENCY_CYCLE,
            context.graph.parents[first][parent],
            f"'{first}' waits for itself: {circle}"
            if len(cycle) == 1
            else f"these tasks wait for each other: {circle}",
            _way_out(context, cycle),
            *(
                (context.graph.parents[a][b], f"'{a}' waits for '{b}' here")
                for a, b in zip(cycle[1:12], [*cycle[2:], cycle[0]], strict=False)
            ),
        )


def _way_out(context: CheckContext, cycle: Sequence[str]) -> str:
    """Return what to write instead of a cycle."""
    tasks = [context.workflow.tasks[name] for name in cycle]
    loop = context.workflow.loop_around(tasks[0])
    if loop is None or any(task.loop != loop.name for task in tasks):
        return "to repeat tasks, put them into a loop"
    learner = context.learner_of(loop)
    if learner is None or learner not in tasks:
        return "in an iteration each task runs once: remove one of these"
    read = ", ".join(f"{{{param.name}}}" for param in loop.params[:3]) or "{NAME}"
    return (
        f"the results of '{learner.name}' reach the next iteration as parameters: write {read} "
        "instead"
    )
