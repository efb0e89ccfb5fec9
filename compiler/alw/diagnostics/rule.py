"""A rule: one thing that the compiler can report, declared in one place.

A rule that one check reports is declared next to it::

    FLOAT_EQUALITY = rule(
        608,
        "float-equality",
        "warning",
        "Comparing floats for equality is unreliable.",
        \"\"\"
    The condition compares floats with `==` or `!=`.

    ## Why
    …
    \"\"\",
    )

Rules that several modules report, or a long module among others, are in :mod:`.rules`.  The
constant has the name of the rule.  The page is Markdown, laid out as in :mod:`.explanation`.  All
arguments are literals, and the closing parenthesis has a line of its own: :mod:`.catalogue` reads
declarations without running the module.

Codes are stable; a number is never used twice.  1xx: the text; 2xx: names, types and
values; 3xx: loops and dependencies; 4xx: prun and PanDA; 5xx: inputs and files;
6xx: code that is probably a mistake; 7xx: what a target engine cannot do;
9xx: faults of the compiler itself.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Rule(NamedTuple):
    """One thing that the compiler can report."""

    code: str
    """``ALW608``."""
    name: str
    """``float-equality``."""
    severity: Severity
    meaning: str
    """One line, for lists."""
    page: str
    """The explanation, in Markdown."""


def rule(number: int, name: str, severity: Severity, meaning: str, page: str) -> Rule:
    """Declare a rule."""
    return Rule(f"ALW{number}", name, severity, meaning, page.lstrip("\n"))
