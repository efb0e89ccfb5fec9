"""Words and signs of a shell script, not yet expanded (bash(1), QUOTING)."""

from __future__ import annotations

from dataclasses import dataclass


class NotWords(Exception):
    """A text whose words are not known; carries the reason."""


@dataclass(frozen=True, slots=True)
class Text:
    """Characters that stand for themselves; unquoted ones may be braces, ``~`` or patterns."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """``$X`` or ``${X…}``."""

    body: str
    """What stands in the braces: ``X``, ``X:-a``, ``X[@]``, ``1``."""
    spelled: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Substitution:
    """``$(…)`` or a pair of backticks."""

    command: str
    spelled: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``$((…))``."""

    body: str
    spelled: str
    quoted: bool


Segment = Text | Parameter | Substitution | Arithmetic


@dataclass(frozen=True, slots=True)
class Word:
    """A word, not yet expanded."""

    segments: tuple[Segment, ...]
    line: int

    @property
    def plain(self) -> str | None:
        """Its text, if no part of it is quoted or expanded: what a reserved word looks like."""
        if all(isinstance(s, Text) and not s.quoted for s in self.segments):
            return "".join(s.text for s in self.segments if isinstance(s, Text))
        return None


@dataclass(frozen=True, slots=True)
class Sign:
    """An operator, or the end of a line."""

    text: str
    line: int


Token = Word | Sign
