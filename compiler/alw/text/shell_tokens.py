"""Words and operators of a shell script, not yet expanded (bash(1), QUOTING)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class NotUnderstood(Exception):
    """A shell text whose meaning is not known; carries the reason."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Characters that mean themselves; unquoted ones may be braces, ``~`` or patterns."""

    text: str
    quoted: bool

    @property
    def spelled(self) -> str:
        """The characters, without their quotes."""
        return self.text


@dataclass(frozen=True, slots=True)
class ParameterExpansion:
    """``$X`` or ``${X…}``."""

    body: str
    """The text in the braces: ``X``, ``X:-a``, ``X[@]``, ``1``."""
    spelled: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class CommandSubstitution:
    """``$(…)`` or a pair of backticks; ``<(…)`` and ``>(…)`` as well."""

    command: str
    spelled: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class ArithmeticExpansion:
    """``$((…))``."""

    body: str
    spelled: str
    quoted: bool


Segment = Literal | ParameterExpansion | CommandSubstitution | ArithmeticExpansion


def merge_literals(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Join literals that follow each other and are quoted alike."""
    merged: list[Segment] = []
    for segment in segments:
        match merged[-1] if merged else None, segment:
            case Literal(before, quoted), Literal(after, also) if quoted == also:
                merged[-1] = Literal(before + after, quoted)
            case _:
                merged.append(segment)
    return tuple(merged)


@dataclass(frozen=True, slots=True)
class ShellWord:
    """A word, not yet expanded."""

    segments: tuple[Segment, ...]
    line: int

    @property
    def unquoted(self) -> str | None:
        """Its text, if no part of it is quoted or expanded: reserved words look like this."""
        if all(isinstance(s, Literal) and not s.quoted for s in self.segments):
            return self.spelled
        return None

    @property
    def spelled(self) -> str:
        """Its text without quotes; expansions are as they were written."""
        return "".join(segment.spelled for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator, or the end of a line."""

    text: str
    line: int


ShellToken = ShellWord | Operator
