"""The types of values, and values as text."""

from __future__ import annotations

import math
import re
import reprlib
from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = bool | int | float | str

#: Characters that are harmless unquoted in a shell word, after one URL-unquoting, and in
#: a dataset name.  ``%`` is not among them: the wrapper unquotes what iDDS inserts.
HARMLESS = re.compile(r"[A-Za-z0-9_@+=:,./-]*\Z")


#: A dataset that exists: perhaps with its scope, wildcards, or several with commas, as prun
#: takes them.
DATASET_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/*,-]*\Z")

#: A file that a job writes: without a folder, and nothing that prun would read as a pattern.
FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*\Z")


@dataclass(frozen=True, slots=True)
class Type:
    """A type; for strings perhaps with the alphabet a run-time value keeps to."""

    name: str
    alphabet: str | None = None

    def __str__(self) -> str:
        return self.name


INT = Type("int")
FLOAT = Type("float")
BOOL = Type("bool")
STRING = Type("string")
DATASET = Type("dataset")
LIST = Type("list")
SANDBOX = Type("sandbox")
UNKNOWN = Type("unknown")
"""The type of what could not be resolved; it fits everywhere, so that one mistake is
reported once."""

DECLARABLE = {t.name: t for t in (INT, FLOAT, BOOL, STRING, DATASET)}
NUMBERS = (INT, FLOAT)


def same(a: Type, b: Type) -> bool:
    """Return whether ``a`` and ``b`` are the same type, alphabets aside."""
    return a.name == b.name


def fits(given: Type, wanted: Type) -> bool:
    """Return whether a value of type ``given`` can be used as one of type ``wanted``."""
    if UNKNOWN in (given, wanted):
        return True
    return same(given, wanted) or (same(given, INT) and same(wanted, FLOAT))


def type_of(value: object) -> Type:
    """The type of a Python value, as it comes from JSON."""
    match value:
        case bool():
            return BOOL
        case int():
            return INT
        case float():
            return FLOAT
        case str():
            return STRING
        case list() | tuple():
            return LIST
    return UNKNOWN


def as_text(value: Value) -> str:
    """The text of a value in a command or a name: Python's ``str``.

    iDDS inserts run-time values with ``str()`` (idds/atlas/workflowv2/atlaspandawork.py,
    ``renew_parameter``), so compile-time values are written in the same way.
    """
    return str(value)


def read_value(text: str, wanted: Type) -> Value | None:
    """``text`` as a value of type ``wanted``, or ``None`` if it is none."""
    if same(wanted, STRING) or same(wanted, DATASET):
        return text
    if wanted == BOOL:
        return {"true": True, "false": False}.get(text.strip().lower())
    try:
        number: int | float = int(text) if wanted == INT else float(text)
    except ValueError:
        return None
    return number if usable(number) else None


def usable(number: int | float) -> bool:
    """Return whether a number survives JSON, ``str`` and a shell."""
    return math.isfinite(number) if isinstance(number, float) else abs(number) < 10**18


def in_alphabet(value: Value, wanted: Type) -> bool:
    """Return whether a declared alphabet allows ``value``: as strict as at run time."""
    letters = wanted.alphabet
    if letters is None:
        return True
    if not isinstance(value, str) or value[:1] in ("", "-") or "___" in value:
        return False
    return set(value) <= set(letters)


#: The most characters of a string that a learner gives: iDDS puts it into commands, and all that
#: a command line takes as one argument are 128 KiB.
MOST_LETTERS = 1000
#: Below this is every float that a learner gives.
MOST_FLOAT = 1e300


def explain_uncarried(value: Value) -> str:
    """Return why a loop does not carry ``value`` into an iteration; empty if it does.

    As strict as the check of a learner's result (:mod:`alw.targets.idds.epilogue`).
    """
    if isinstance(value, str):
        if len(value) > MOST_LETTERS:
            return f"has {len(value):,} characters; in a loop a string has at most {MOST_LETTERS:,}"
        if value[:1] == "_" or value[-1:] == "_":
            return "begins or ends with an underscore, like an engine's placeholders"
    if isinstance(value, float) and not abs(value) < MOST_FLOAT:
        return f"is too large: in a loop a float is below {MOST_FLOAT:g}"
    return ""


_BRIEF = reprlib.Repr()
_BRIEF.maxlevel = 2


def brief(value: object) -> str:
    """Any value as a message shows it."""
    # A parameter file can hold anything: nested aliases, numbers beyond what Python writes.
    try:
        text = repr(value[:60]) if isinstance(value, str) else _BRIEF.repr(value)
    except ValueError:
        text = "a number with too many digits"
    return text if len(text) <= 60 else text[:60] + "…"
