"""Checks of the options of a task, as they are written.

To add one, add a module with its rule and its function, and an error file to ``tests/errors``.
"""

from __future__ import annotations

import sys

from ...check.registry import import_all
from ...diagnostics.diagnostic import Failed
from ...semantics.program import Task
from ..option_registry import OPTION_CHECKS
from ..plan_context import PlanContext

import_all(sys.modules[__name__])


def check_options(context: PlanContext, task: Task) -> Failed | None:
    """Apply all checks to the options of ``task``; return the first failure."""
    failed = [check(context, task) for check in OPTION_CHECKS]
    return next((one for one in failed if one is not None), None)
