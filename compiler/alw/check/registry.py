"""The checks of workflows, which register themselves.

A check is a function in a module of :mod:`.language` or :mod:`.advice`, decorated with the rules
that it reports.  It looks at one workflow, changes nothing and depends on no other check.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from importlib import import_module
from types import ModuleType

from ..diagnostics.rule import Rule
from .context import CheckContext

Check = Callable[[CheckContext], None]

CHECKS: list[Check] = []
"""Those that report errors."""
ADVICE: list[Check] = []
"""Those that report warnings."""


def reports(*rules: Rule) -> Callable[[Check], Check]:
    """Register a check of ``rules``, which are all errors or all warnings."""
    (severity,) = {rule.severity for rule in rules}

    def register(check: Check) -> Check:
        (CHECKS if severity == "error" else ADVICE).append(check)
        return check

    return register


def import_all(package: ModuleType) -> None:
    """Import the modules of ``package``, in order."""
    for name in sorted(module.name for module in pkgutil.iter_modules(package.__path__)):
        import_module(f"{package.__name__}.{name}")
