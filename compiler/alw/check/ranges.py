"""The values that a condition can have: sound reasoning about ranges.

Every number has a range; `and` and `or` narrow the ranges that their further operands see.
The answer may be too wide, never too narrow: "always true" is said of nothing that can be
false.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ..semantics.expr import Apply, FieldValue, IterationNumber, Known, ParamValue, TypedExpr
from ..semantics.types import INT, NUMBERS


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers from ``low`` to ``high``, both included; only whole ones if ``whole``."""

    low: float
    high: float
    whole: bool

    def cut(self, symbol: str, bound: float) -> Interval | None:
        """Return the part for which ``number symbol bound`` holds; ``None`` if there is none."""
        low, high = self.low, self.high
        if symbol in ("<", "<="):
            high = min(high, _below(bound, symbol == "<", self.whole))
        elif symbol in (">", ">="):
            low = max(low, -_below(-bound, symbol == ">", self.whole))
        elif symbol == "==":
            low, high = max(low, bound), min(high, bound)
        elif symbol == "!=" and self.whole:
            low += low == bound
            high -= high == bound
        empty = low > high or (symbol == "!=" and self.low == self.high == bound)
        return None if empty else Interval(low, high, self.whole)


def _below(bound: float, strict: bool, whole: bool) -> float:
    if not strict:
        return math.floor(bound) if whole and math.isfinite(bound) else bound
    if whole:
        return math.ceil(bound) - 1 if math.isfinite(bound) else bound
    exact = float(bound) == bound  # else the float nearest to it may be on this side of it
    return math.nextafter(bound, -math.inf) if exact else bound


Key: TypeAlias = tuple[str, str]
Ranges: TypeAlias = Mapping[Key, Interval]
Truth: TypeAlias = frozenset[bool]

_BOTH: Truth = frozenset((True, False))
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_COMPARED: Mapping[str, Callable[[Interval, Interval], tuple[bool, bool]]] = {
    # whether it can hold, whether it can fail
    "<": lambda a, b: (a.low < b.high, a.high >= b.low),
    "<=": lambda a, b: (a.low <= b.high, a.high > b.low),
    ">": lambda a, b: (a.high > b.low, a.low <= b.high),
    ">=": lambda a, b: (a.high >= b.low, a.low < b.high),
}


def possible(condition: TypedExpr, bound: int) -> Truth:
    """Return the values that ``condition`` can have.

    :param bound: the largest number of the iteration.
    """
    return _truth(condition, {("", "iteration"): Interval(1, bound, True)})


def _truth(term: TypedExpr, known: Ranges) -> Truth:
    match term:
        case Known(value=bool() as value):
            return frozenset((value,))
        case Apply(operator="not", operands=(operand,)):
            return frozenset(not value for value in _truth(operand, known))
        case Apply(operator="and" | "or" as symbol):
            return _join(term.operands, known, going_on=symbol == "and")
        case Apply(operator=symbol, operands=(left, right)) if symbol in _FLIPPED:
            return _comparison(symbol, left, right, known)
    return _BOTH


def _join(operands: Iterable[TypedExpr], known: Ranges, going_on: bool) -> Truth:
    """Return the values of ``and`` or ``or``: one reads on while true, the other while false."""
    result: set[bool] = set()
    reached: Ranges | None = known
    for operand in operands:
        if reached is None:
            break
        values = _truth(operand, reached)
        if (not going_on) in values:
            result.add(not going_on)
        if going_on not in values:
            return frozenset(result)
        reached = _assume(operand, going_on, reached)
    if reached is not None:
        result.add(going_on)
    return frozenset(result)


def _comparison(symbol: str, left: TypedExpr, right: TypedExpr, known: Ranges) -> Truth:
    if not (left.type in NUMBERS and right.type in NUMBERS):
        return _BOTH
    if _key(left) is not None and _key(left) == _key(right):
        return frozenset((symbol in ("<=", ">=", "=="),))
    a, b = _range(left, known), _range(right, known)
    if symbol in _COMPARED:
        holds, fails = _COMPARED[symbol](a, b)
    else:
        apart = a.high < b.low or b.high < a.low
        equal = a.low == a.high == b.low == b.high
        holds, fails = (not apart, not equal) if symbol == "==" else (not equal, not apart)
    return frozenset(v for v, can in ((True, holds), (False, fails)) if can) or _BOTH


def _assume(term: TypedExpr, truth: bool, known: Ranges) -> Ranges | None:
    """Return the ranges if ``term`` is ``truth``; ``None`` if it cannot be."""
    match term:
        case Apply(operator="not", operands=(operand,)):
            return _assume(operand, not truth, known)
        case Apply(operator="and" | "or" as symbol, operands=operands):
            if (symbol == "and") is not truth:
                return known  # one of them, it is not known which
            reached: Ranges | None = known
            for operand in operands:
                reached = _assume(operand, truth, reached) if reached is not None else None
            return reached
        case Apply(operator=symbol, operands=(left, right)) if symbol in _FLIPPED:
            return _narrow(symbol if truth else _OPPOSITE[symbol], left, right, known)
    return known


def _narrow(symbol: str, left: TypedExpr, right: TypedExpr, known: Ranges) -> Ranges | None:
    for name, other, relation in ((left, right, symbol), (right, left, _FLIPPED[symbol])):
        key, limit = _key(name), _range(other, known)
        if key is None or name.type not in NUMBERS or limit.low != limit.high:
            continue
        cut = _range(name, known).cut(relation, limit.low)
        if cut is None:
            return None
        known = {**known, key: cut}
    return known


def _key(term: TypedExpr) -> Key | None:
    match term:
        case FieldValue():
            return (term.task, term.name)
        case ParamValue():
            return ("", f"param {term.name}")
        case IterationNumber():
            return ("", "iteration")
    return None


def _range(term: TypedExpr, known: Ranges) -> Interval:
    whole = term.type == INT
    everything = Interval(-math.inf, math.inf, whole)
    match term:
        case Known(value=int() | float() as value):
            return Interval(value, value, whole)
        case FieldValue() | ParamValue() | IterationNumber():
            key = _key(term)
            return known.get(key, everything) if key else everything
        case Apply(operator="-", operands=(operand,)):
            inner = _range(operand, known)
            return Interval(-inner.high, -inner.low, whole)
        case Apply(operator="+" | "-" as symbol, operands=(left, right)):
            a, b = _range(left, known), _range(right, known)
            if symbol == "-":
                b = Interval(-b.high, -b.low, b.whole)
            return _widen(a.low + b.low, a.high + b.high, whole)
    return everything


def _widen(low: float, high: float, whole: bool) -> Interval:
    """Return a range of computed floats, wide enough for any rounding."""
    if not whole:
        low, high = math.nextafter(low, -math.inf), math.nextafter(high, math.inf)
    if math.isnan(low) or math.isnan(high):
        return Interval(-math.inf, math.inf, whole)
    return Interval(low, high, whole)
