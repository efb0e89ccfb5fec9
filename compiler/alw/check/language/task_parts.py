"""The parts that a workflow and a task must have."""

from __future__ import annotations

from ...diagnostics.rules import (
    NO_COMMAND,
    NO_WORKFLOW,
    REPLACEMENT,
    TYPE_MISMATCH,
)
from ...semantics.expr import ErrorExpr
from ...semantics.types import STRING, same
from ..context import CheckContext
from ..registry import reports


@reports(NO_WORKFLOW)
def report_missing_tasks(context: CheckContext) -> None:
    """Report a workflow without a task: iDDS fails on it (idds/workflowv2/workflow.py,
    ``first_initialize``).
    """
    workflow = context.workflow
    if not (workflow.tasks or workflow.loops or context.had_errors):
        context.report(
            NO_WORKFLOW,
            workflow.head,
            f"workflow '{workflow.name}' has no task",
            "write: task NAME { exec = … }",
        )


@reports(NO_COMMAND, TYPE_MISMATCH)
def report_missing_command(context: CheckContext) -> None:
    """Report a task without a command, or whose command is no string."""
    for task in context.workflow.tasks.values():
        setting = task.settings.get("exec")
        if setting is None and "map" in task.settings and not task.learns:
            continue
        if setting is None:
            context.report(
                NO_COMMAND,
                task.head,
                f"'{task.name}' has no command",
                'add: exec = "command arguments …"',
            )
        elif not same(setting.term.type, STRING) and not isinstance(setting.term, ErrorExpr):
            context.report(
                TYPE_MISMATCH,
                setting.term.span,
                f"a command is a string, not {setting.term.type}",
                'write the whole command in one string: exec = "command arguments …"',
            )


@reports(REPLACEMENT)
def report_replacements_without_map(context: CheckContext) -> None:
    """Report ``replace`` in a task that has no stored map."""
    for task in context.workflow.tasks.values():
        for replacement in task.replacements if "map" not in task.settings else ():
            context.report(
                REPLACEMENT,
                replacement.old_span,
                f"'{task.name}' has no stored map: there is nothing to replace",
                'add: map = "FILE.json"',
            )
