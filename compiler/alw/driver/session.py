"""Sessions: the values of inputs, the target, and who reads files."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..plan.plan_cache import PlanCache
from ..semantics.input_values import Inputs
from ..semantics.resolve_cache import ResolveCache
from ..targets import DEFAULT, Target, find_target
from ..text.source import Reader, nothing


@dataclass(frozen=True, slots=True)
class Session:
    """The settings that compilations share.

    :param inputs: values for inputs; every workflow that has an input of the name gets it.
    :param target: the name of the engine to compile for.
    :param reader: reads the files that sources name.
    """

    inputs: Inputs = field(default_factory=lambda: Inputs({}))
    target: str = DEFAULT
    reader: Reader = nothing

    @property
    def engine(self) -> Target:
        """The engine to compile for.

        :raises ValueError: if there is no such target.
        """
        return find_target(self.target)


class Caches:
    """Results of the previous version of one source, by the numbers of its workflows."""

    def __init__(self) -> None:
        self._resolved: dict[int, ResolveCache] = {}
        self._planned: dict[int, PlanCache] = {}

    def resolved(self, number: int) -> ResolveCache:
        """Return the cache of the meaning of a workflow's tasks."""
        return self._resolved.setdefault(number, ResolveCache())

    def planned(self, number: int) -> PlanCache:
        """Return the cache of the plans of a workflow's tasks."""
        return self._planned.setdefault(number, PlanCache())

    @property
    def is_valid(self) -> bool:
        """True while the cached results are still valid."""
        return all(cache.is_valid for cache in self._resolved.values())
