"""The capabilities of an engine that the rooms before the targets ask for.

Each target says it once, as a :class:`Capabilities`; what only one engine forbids is a check of its
target, not of the language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Placeholders(Protocol):
    """The marks of the text that an engine fills in."""

    reserved: re.Pattern[str]
    """The text that the engine would take for the beginning of a mark, wherever it is."""
    looked_for_again: str
    """The middle of a mark, between three underscores and three, that the engine would also find
    if values have brought it about; empty if it looks into a text once."""

    def param(self, name: str) -> str:
        """Return the mark of the current value of a loop parameter."""
        ...

    def iteration(self) -> str:
        """Return the mark of the number of the iteration."""
        ...

    def find_unfilled(self, task_map: Mapping[str, Any]) -> list[str]:
        """Return the keys of a map in which the engine leaves a mark as it is."""
        ...

    def find_mistaken(self, task_map: Mapping[str, Any], dataset: str) -> list[str]:
        """Return the texts that the engine would replace in a map although nobody means it.

        :param dataset: the one that the task writes, without the trailing slash.
        """
        ...


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The capabilities of an engine, and its effects on a learner."""

    title: str
    """Its name in messages."""
    placeholders: Placeholders
    numbers_iterations: bool
    """True if it has a number for the iteration.  Otherwise it gives each submission other names
    by itself."""
    needs_scope: bool
    """True if the scope of a dataset that a task reads must be known before submission."""
    removes_old_result: bool
    """True if a learner's job removes a file of the result's name before its command runs."""
    learner_files: tuple[str, ...] = ()
    """Files that a learner's job writes in its folder, besides those that the author names."""

    @property
    def reserved_text(self) -> str:
        """The message about text that the engine would replace."""
        return (
            f"'{self.placeholders.reserved.pattern}' is reserved: {self.title} replaces text that "
            "contains it"
        )
