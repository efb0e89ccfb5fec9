"""The model of a drawing: its nodes, frames and flows, without places or looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class NodeKind(Enum):
    """The kinds of nodes."""

    TASK = "task"
    LEARNER = "learner"
    DATASET = "dataset"
    """A dataset that exists already."""
    START = "start"
    """The start of an iteration: the parameters with their first values."""
    REPEAT = "repeat"
    """The decision about a further iteration."""


class FlowKind(Enum):
    """The kinds of flows, by what they carry."""

    FILES = "files"
    VALUES = "values"
    """Values of loop parameters."""
    NOTHING = "nothing"
    """One waits for the other."""
    BACK = "back"
    """Values for the next iteration."""


@dataclass(frozen=True, slots=True)
class Node:
    """A box."""

    id: str
    """Unique in the drawing: letters and digits."""
    kind: NodeKind
    title: str
    rows: tuple[str, ...]
    """Lines below the title: parameters."""
    detail: str
    """The command, or what else says more."""
    line: int
    """Its line in the source, from 1."""
    loop: str | None = None
    """The id of the loop around it."""


@dataclass(frozen=True, slots=True)
class Flow:
    """An arrow between two nodes."""

    source: str
    target: str
    kind: FlowKind
    labels: tuple[str, ...]
    """The names of the files or parameters."""
    line: int
    """The line of the source that says so."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame around nodes: a loop."""

    id: str
    title: str
    line: int


@dataclass(frozen=True, slots=True)
class Chart:
    """One workflow."""

    id: str
    title: str
    line: int
    nodes: tuple[Node, ...]
    """In source order."""
    loops: tuple[Frame, ...]
    flows: tuple[Flow, ...]

    @property
    def by_id(self) -> Mapping[str, Node]:
        """Nodes by their ids."""
        return {node.id: node for node in self.nodes}


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses that clicks lead to.

    :param template: the address of a line, with ``{line}`` for its number; without it nothing
        can be clicked.
    """

    template: str = ""

    def address_of(self, line: int) -> str:
        """Return the address of ``line``; empty if there is none."""
        return self.template.replace("{line}", str(line))


@dataclass(frozen=True, slots=True)
class Drawing:
    """The workflows of a source."""

    charts: tuple[Chart, ...]
    links: Links
