"""Tasks do not wait for each other."""

from __future__ import annotations

from collections.abc import Sequence

from ...diagnostics.rules import DEPENDENCY_CYCLE
from ...semantics.scope import circle_text
from ..context import CheckContext
from ..registry import reports


@reports(DEPENDENCY_CYCLE)
def body_ends_before_what_follows(context: CheckContext) -> None:
    """A task of the body does not wait for a task after the loop."""
    loop, learner = context.workflow.loop, context.graph.learner
    if loop is None or learner is None:
        return
    tasks, after = context.workflow.tasks, context.graph.descendants(learner)
    for name in loop.tasks:
        if name not in after:
            continue  # before the learner it is a cycle, which no_cycles reports
        for parent, span in context.graph.parents[name].items():
            if parent in after and not tasks[parent].in_loop:
                context.report(
                    DEPENDENCY_CYCLE,
                    span,
                    f"'{name}' is in the loop but waits for '{parent}' after the loop",
                    "",
                    (tasks[parent].head, "runs after the loop has ended"),
                )


@reports(DEPENDENCY_CYCLE)
def no_cycles(context: CheckContext) -> None:
    """Tasks do not wait for each other; to repeat them is what a loop is for."""
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
    workflow, learner = context.workflow, context.graph.learner
    if not all(workflow.tasks[name].in_loop for name in cycle):
        return "to repeat tasks, put them into a loop"
    if learner not in cycle or workflow.loop is None:
        return "in an iteration each task runs once: remove one of these"
    read = ", ".join(f"{{{param.name}}}" for param in workflow.loop.params[:3]) or "{NAME}"
    return (
        f"the results of '{learner}' reach the next iteration as parameters: write {read} instead"
    )
