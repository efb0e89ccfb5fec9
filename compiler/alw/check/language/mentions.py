"""Names after ``after``."""

from __future__ import annotations

from ...diagnostics.diagnostic import suggest_rename
from ...diagnostics.rules import (
    DEPENDENCY_CYCLE,
    UNBOUND_NAME,
)
from ...text.suggest import suggest
from ..context import CheckContext
from ..registry import reports

#: The most names with a hint, for which a name is compared with every other.
_HINTS = 100


@reports(UNBOUND_NAME, DEPENDENCY_CYCLE)
def report_unknown_tasks(context: CheckContext) -> None:
    """Report names after ``after`` that are no task, and not the loop before."""
    workflow = context.workflow
    loops = {loop.name for loop in workflow.loops}
    hints = _HINTS
    for task in workflow.tasks.values():
        for mention in task.after:
            if mention.name in workflow.tasks or mention.name in loops - {task.loop}:
                continue
            if mention.name == task.loop:
                message = (
                    f"'{task.name}' is in loop '{mention.name}' and cannot wait for the loop to end"
                )
                help = (
                    "a task of the body runs in every iteration; move it out of the loop, or wait "
                )
                help += "for a task of the loop"
                context.report(DEPENDENCY_CYCLE, mention.span, message, help)
                continue
            hints -= 1
            known = {*workflow.tasks, *loops} - {task.name} if hints > 0 else ()
            near = suggest(mention.name, known)
            context.report(
                UNBOUND_NAME,
                mention.span,
                f"no task is called '{mention.name}'",
                near.help,
                fix=suggest_rename(mention.span, mention.name, near.name),
            )
