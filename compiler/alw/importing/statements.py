"""Statements of a shell script."""

from __future__ import annotations

from dataclasses import dataclass

from ..text.shell_tokens import ShellWord


@dataclass(frozen=True, slots=True)
class SimpleCommand:
    """A command: assignments before it, its words, and the file on its standard input."""

    assignments: tuple[tuple[str, ShellWord], ...]
    words: tuple[ShellWord, ...]
    reads: ShellWord | None
    line: int


@dataclass(frozen=True, slots=True)
class ForLoop:
    """``for X in …`` (``items`` is ``None`` without ``in``), or csh's ``foreach``."""

    variable: str
    items: tuple[ShellWord, ...] | None
    body: Script


@dataclass(frozen=True, slots=True)
class CountingLoop:
    """``for ((i = 0; i < 3; i++))``."""

    head: str
    body: Script


@dataclass(frozen=True, slots=True)
class WhileLoop:
    """``while …; do …; done``, perhaps with a file on its standard input."""

    condition: Script
    body: Script
    reads: ShellWord | None


@dataclass(frozen=True, slots=True)
class Branches:
    """``if`` or ``case``: of its branches one runs, which only that machine knows."""

    branches: tuple[Script, ...]


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """The definition of a function."""

    name: str
    body: Script


@dataclass(frozen=True, slots=True)
class ShellPipeline:
    """Commands, each of which reads what the one before writes."""

    commands: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """``{ …; }`` or ``( … )``."""

    body: Script


Statement = (
    SimpleCommand
    | ForLoop
    | CountingLoop
    | WhileLoop
    | Branches
    | FunctionDefinition
    | ShellPipeline
    | Group
)
Script = tuple[Statement, ...]
