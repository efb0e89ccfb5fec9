"""The checks of options, which register themselves.

A check is a function in a module of :mod:`.option_checks`, decorated with the rules that it
reports.  It looks at the options of one task as they are written, before prun is asked.
"""

from __future__ import annotations

from collections.abc import Callable

from ..diagnostics.diagnostic import Failed
from ..diagnostics.rule import Rule
from ..semantics.program import Task
from .plan_context import PlanContext

OptionCheck = Callable[[PlanContext, Task], "Failed | None"]

OPTION_CHECKS: list[OptionCheck] = []


def reports(*rules: Rule) -> Callable[[OptionCheck], OptionCheck]:
    """Register a check that reports ``rules``, and returns the failure if it finds an error."""
    assert rules

    def register(check: OptionCheck) -> OptionCheck:
        OPTION_CHECKS.append(check)
        return check

    return register
