"""Calls of panda-client's programs, as a script makes them."""

from __future__ import annotations

from dataclasses import dataclass

from .shell_values import Value

#: Programs of panda-client that submit something.
PROGRAMS = frozenset({"prun", "pathena", "pchain", "phpo", "pcontainer"})


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one of the :data:`PROGRAMS`."""

    program: str
    words: tuple[Value, ...]
    line: int
    directory: str
    """The folder in which it is called, from the one of the script: the effect of ``cd``."""
    notes: tuple[str, ...] = ()
