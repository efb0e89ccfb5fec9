"""The catalogue of all rules, wherever in the package they are declared.

Rules are declared next to the code that reports them.  The catalogue reads the declarations and
runs nothing: to explain a rule no compiler is loaded, and no room has to know the others.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from .rule import Rule, rule

_HERE = Path(__file__).parent
_DECLARATION = re.compile(r"^[A-Z][A-Z0-9_]* = (rule\(\n.*?^\))$", re.MULTILINE | re.DOTALL)
#: In each file that declares a rule.
_MARK = b" = rule(\n"


class DeclaredRule(NamedTuple):
    """A rule, and where it is declared."""

    rule: Rule
    path: Path
    line: int


@cache
def declarations() -> Mapping[str, DeclaredRule]:
    """Return the declarations of all rules by their codes, in order."""
    return {found.rule.code: found for found in sorted(_declarations())}


@cache
def all_rules() -> Mapping[str, Rule]:
    """Return all rules by their codes, in order."""
    return {code: found.rule for code, found in declarations().items()}


@cache
def find_rule(wanted: str) -> Rule | None:
    """Return the rule of a code or a name; reads no further than to its declaration."""
    return next((d.rule for d in _declarations() if wanted in (d.rule.code, d.rule.name)), None)


def _declarations() -> Iterator[DeclaredRule]:
    # most are in this room
    for path in (*_modules(str(_HERE)), *_modules(str(_HERE.parent), str(_HERE))):
        yield from _read_declarations(path)


def _modules(folder: str, left_out: str = "") -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                yield entry.path
            elif entry.path != left_out and entry.name != "__pycache__" and entry.is_dir():
                yield from _modules(entry.path)


def _read_declarations(path: str) -> Iterator[DeclaredRule]:
    with open(path, "rb") as file:
        content = file.read()
    if _MARK not in content:
        return
    text = content.decode().replace("\r\n", "\n")
    for match in _DECLARATION.finditer(text):
        call = ast.parse(match[1], mode="eval").body
        assert isinstance(call, ast.Call)
        declared = rule(*map(ast.literal_eval, call.args))
        yield DeclaredRule(declared, Path(path), text.count("\n", 0, match.start()) + 1)
