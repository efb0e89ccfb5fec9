"""Targets: the engines a plan can be lowered to.

A target is one module behind :class:`Target`; nothing above it knows a class name of iDDS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Protocol

from ..plan.model import Placeholders, WorkflowPlan

Json = dict[str, Any]


class Target(Protocol):
    """An engine: how it marks what it fills in, and how it writes a workflow."""

    placeholders: Placeholders

    def lower(self, plan: WorkflowPlan) -> Json:
        """The workflow as the engine's JSON, ready for ``json.dumps``."""
        ...


#: Target names and the modules that hold them.
_MODULES: Mapping[str, str] = {"idds-2": ".idds2"}
TARGETS = tuple(_MODULES)
DEFAULT = "idds-2"


def target(name: str) -> Target:
    """The target called ``name``.

    :raises ValueError: if there is none.
    """
    if name not in _MODULES:
        raise ValueError(f"no target is called {name!r}; known: {', '.join(TARGETS)}")
    make: Callable[[], Target] = import_module(_MODULES[name], __name__).IddsTwo
    return make()
