"""Texts of which parts are known only where a script runs, and what bash does to them."""

from __future__ import annotations

import ast
import fnmatch
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True, slots=True)
class Reference:
    """A value from outside of a script: an environment variable, or the output of a command."""

    key: str
    """The same for what has the same value."""
    name: str
    """A name for an input."""
    spelled: str
    default: str | None = None
    many: bool = False
    """True if it may be several words: ``$@``."""


Part = str | Reference
Value = tuple[Part, ...]


def to_text(value: Value) -> str | None:
    """Return the text of ``value``, or ``None`` if a part of it is unknown."""
    if all(isinstance(part, str) for part in value):
        return "".join(part for part in value if isinstance(part, str))
    return None


def spell(value: Value) -> str:
    """Return ``value`` with its unknown parts as the script has them."""
    return "".join(part if isinstance(part, str) else part.spelled for part in value)


def join(value: Value) -> Value:
    """Join neighbouring texts of ``value``."""
    parts: list[Part] = []
    for part in value:
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        elif part != "":
            parts.append(part)
    return tuple(parts)


# ${X%…} and its like


_OPERATION = re.compile(r"(:?[-=+?]|%%?|##?|//?[#%]?|\^\^?|,,?|:)(.*)", re.DOTALL)


def split_operation(rest: str) -> tuple[str, str] | None:
    """Return the operator and the operand after a name in ``${…}``."""
    match = _OPERATION.fullmatch(rest)
    return (match[1], match[2]) if match else None


def apply_operation(text: str, sign: str, operand: str) -> str | None:
    """Return ``${X<sign><operand>}`` if X is ``text``; ``None`` if that is not known.

    bash(1), Parameter Expansion.
    """
    if sign[0] in "%#":
        return _trim(text, sign, operand)
    if sign[0] == "/":
        return _replace(text, sign, operand)
    if sign in ("^^", ",,"):
        return (text.upper() if sign == "^^" else text.lower()) if not operand else None
    if sign in ("^", ","):
        first = text[:1].upper() if sign == "^" else text[:1].lower()
        return None if operand else first + text[1:]
    if sign == ":":
        return _slice(text, operand)
    return None


def _trim(text: str, sign: str, pattern: str) -> str:
    matches = re.compile(fnmatch.translate(pattern)).match
    ends = range(len(text) + 1)
    if sign[0] == "#":
        lengths = ends if len(sign) == 1 else reversed(ends)
        return next((text[n:] for n in lengths if matches(text[:n])), text)
    lengths = reversed(ends) if len(sign) == 1 else ends
    return next((text[:n] for n in lengths if matches(text[n:])), text)


def _replace(text: str, sign: str, operand: str) -> str | None:
    pattern, _, new = operand.partition("/")
    if not pattern or any(sign in operand for sign in "\\'\"&*?["):
        return None
    expression = re.escape(pattern)
    count = 0 if sign.startswith("//") else 1
    anchors = {"#": (r"\A", ""), "%": ("", r"\Z")}.get(sign[-1], ("", ""))
    return re.sub(f"{anchors[0]}{expression}{anchors[1]}", lambda m: new, text, count=count)


def _slice(text: str, operand: str) -> str | None:
    match = re.fullmatch(r"\s*(\d+|\s-\d+|\(-\d+\))(?::(-?\d+))?", operand)
    if match is None:
        return None
    start = int(match[1].strip(" ()"))
    if start < -len(text):
        return ""
    rest = text[start:]
    return rest if match[2] is None else rest[: int(match[2])]


# $((…))

_OPERATORS: Mapping[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
_MOST = 10**12


def calculate(expression: str) -> int | None:
    """Return the value of an arithmetic expression of numbers; ``None`` if it has none."""
    if not re.fullmatch(r"[\d\s+\-*/%()]{1,200}", expression):
        return None
    try:
        value = _calculate(ast.parse(expression.strip(), mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError):
        return None
    return value if abs(value) < _MOST else None


def _calculate(node: ast.expr) -> int:
    match node:
        case ast.Constant(value=int(number)):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_calculate(inner)
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            return _calculate(inner)
        case ast.BinOp(left=left, op=sign, right=right):
            first, second = _calculate(left), _calculate(right)
            if type(sign) in _OPERATORS:
                return _OPERATORS[type(sign)](first, second)
            if isinstance(sign, ast.Div | ast.Mod):  # / is two signs in Python, as in a shell
                quotient = abs(first) // abs(second) * (1 if first * second >= 0 else -1)
                return quotient if isinstance(sign, ast.Div) else first - quotient * second
    raise ValueError


# {a,b} and {1..3}

_BRACES = re.compile(r"(?<!\$)\{([^{}\s'\"]*)\}")
_RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?|([A-Za-z])\.\.([A-Za-z])")
_MOST_WORDS = 1000


def expand_braces(text: str) -> list[str]:
    """Return the words that brace expansion makes of an unquoted text."""
    pieces: list[list[str]] = []
    position = 0
    for match in _BRACES.finditer(text):
        items = _expand_range(match[1])
        if items is not None:
            pieces += [[text[position : match.start()]], items]
            position = match.end()
    pieces.append([text[position:]])
    count = 1
    for items in pieces:
        count *= len(items)
    if count > _MOST_WORDS:
        return [text]
    return ["".join(words) for words in product(*pieces)]


def _expand_range(inner: str) -> list[str] | None:
    if "," in inner:
        return inner.split(",")
    match = _RANGE.fullmatch(inner)
    if match is None:
        return None
    if match[4]:
        first, last = ord(match[4]), ord(match[5])
        step = 1 if first <= last else -1
        return [chr(code) for code in range(first, last + step, step)]
    first, last = int(match[1]), int(match[2])
    size = abs(int(match[3] or 1)) or 1
    if abs(last - first) // size > _MOST_WORDS:
        return None
    step = size if first <= last else -size
    padded = any(re.match(r"-?0\d", m) for m in (match[1], match[2]))
    width = max(len(match[1]), len(match[2])) if padded else 0
    return [f"{n:0{width}d}" for n in range(first, last + (1 if step > 0 else -1), step)]


def assigns(text: str, name: str) -> bool:
    """True if the command ``text`` sets the variable ``name`` itself."""
    return name != "" and (
        re.search(rf"(?<![\w$]){re.escape(name)}\+?=|\b(?:read|for)\s+(?:-\w+\s+)*{re.escape(name)}\b",
                  text) is not None
    )  # fmt: skip


def split_fields(value: Value) -> list[Value]:
    """Split an unquoted value into words, at its blanks."""
    found: list[Value] = []
    current: Value = ()
    for part in value:
        if isinstance(part, Reference):
            current = (*current, part)
            continue
        pieces = re.split(r"[ \t\n]+", part)
        current = (*current, pieces[0])
        for piece in pieces[1:]:
            found.append(current)
            current = (piece,)
    found.append(current)
    return [one for one in found if one not in ((), ("",))]


def has_blank(value: Value, end: int) -> bool:
    """True if ``value`` begins (0) or ends (-1) with a blank."""
    part = value[end] if value else None
    return isinstance(part, str) and part != "" and part[end] in " \t\n"


def join_with_blanks(values: Sequence[Value]) -> Value:
    """Return one value with a blank between ``values``."""
    parts: Value = ()
    for place, value in enumerate(values):
        parts += ((" ",) if place else ()) + value
    return join(parts)
