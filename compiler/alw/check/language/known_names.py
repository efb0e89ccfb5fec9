"""The names of datasets and outputs are known before a task is submitted."""

from __future__ import annotations

from ...diagnostics.rules import (
    RUN_TIME_VALUE,
    TYPE_MISMATCH,
)
from ...semantics.expr import ErrorExpr, OutputOf, ParamValue, leaves
from ...semantics.types import STRING, same
from ..context import CheckContext
from ..registry import reports


@reports(RUN_TIME_VALUE)
def report_run_time_outputs(context: CheckContext) -> None:
    """Report names of outputs that depend on a parameter: they are parts of names of datasets."""
    for task in context.workflow.tasks.values():
        setting = task.settings.get("outputs")
        for leaf in leaves(setting.term) if setting else ():
            if isinstance(leaf, ParamValue):
                context.report(
                    RUN_TIME_VALUE,
                    leaf.span,
                    f"the name of an output cannot depend on parameter '{leaf.name}': it is part "
                    "of the name of a dataset, which PanDA must know before",
                    "write one name for all iterations; each has datasets of its own",
                )


@reports(RUN_TIME_VALUE, TYPE_MISMATCH)
def report_run_time_datasets(context: CheckContext) -> None:
    """Report names of datasets that depend on the learner."""
    workflow = context.workflow
    for settings in (workflow.settings, *(task.settings for task in workflow.tasks.values())):
        setting = settings.get("outDS")
        if setting is None:
            continue
        for leaf in leaves(setting.term):
            if isinstance(leaf, ParamValue | OutputOf):
                context.report(
                    RUN_TIME_VALUE,
                    leaf.span,
                    "a dataset name cannot depend on a value known only at run time",
                    "use inputs and {iteration}",
                )
        if not same(setting.term.type, STRING) and not isinstance(setting.term, ErrorExpr):
            context.report(
                TYPE_MISMATCH,
                setting.term.span,
                f"a dataset name is a string, not {setting.term.type}",
            )
