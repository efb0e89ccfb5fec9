"""Targets: the engines a plan can be lowered to.

A target is a package with one class, a :class:`Target`: what its engine can do, what it cannot, and
how it writes a workflow.  No room before this one knows an engine; to add one, add a package and
a line in ``_MODULES``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Protocol

from ..check.context import CheckContext
from ..plan.model import Engine, WorkflowPlan
from .bundle import Bundle


class Target(Engine, Protocol):
    """An engine: what it can do, how it marks what it fills in, and how it writes a workflow."""

    def check(self, context: CheckContext) -> None:
        """Report what the engine cannot do, or does otherwise than the language says."""
        ...

    def lower(self, plan: WorkflowPlan) -> Bundle:
        """Return the requests to the engine, as JSON that is ready for ``json.dumps``."""
        ...


#: Target names, and the modules and classes that hold them.
_MODULES: Mapping[str, tuple[str, str]] = {
    "idds-2": (".idds2.idds_two", "IddsTwo"),
    "idds-0.2": (".idds02.idds_zero_two", "IddsZeroTwo"),
}
TARGETS = tuple(_MODULES)
DEFAULT = "idds-2"


def find_target(name: str) -> Target:
    """Return the target called ``name``.

    :raises ValueError: if there is none.
    """
    if name not in _MODULES:
        raise ValueError(f"no target is called {name!r}; known: {', '.join(TARGETS)}")
    module, class_name = _MODULES[name]
    make: Callable[[], Target] = getattr(import_module(module, __name__), class_name)
    return make()
