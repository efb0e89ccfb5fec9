"""Operators: their types, and their values where all operands are known.

The meaning is Python's, because the same condition is evaluated by Python in the
learner's epilogue (:mod:`alw.targets.idds.epilogue`).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .expr import Apply, ErrorExpr, Known, TypedExpr
from .types import BOOL, FLOAT, INT, NUMBERS, STRING, UNKNOWN, Type, Value, same, usable

_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}
_DIVISIONS = ("/", "//", "%")
_ORDER: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_EQUALITY: Mapping[str, Callable[[Any, Any], Any]] = {"==": operator.eq, "!=": operator.ne}


_FUNCTIONS = {**_ARITHMETIC, **_ORDER, **_EQUALITY}


class Wrong(Exception):
    """An operator cannot be applied to operands of these types; the message says why."""


class Incomputable(Wrong):
    """An operator has no value for these operands."""


def result_type(symbol: str, types: Sequence[Type]) -> Type:
    """The type of ``symbol`` applied to operands of ``types``.

    :raises Wrong: when it cannot be applied to them.
    """
    if UNKNOWN in types:
        return BOOL if symbol not in _ARITHMETIC and symbol != "-" else UNKNOWN
    shown = " and ".join(dict.fromkeys(str(t) for t in types))
    if symbol in ("and", "or", "not"):
        if any(t != BOOL for t in types):
            raise Wrong(f"'{symbol}' needs bool, not {shown}")
        return BOOL
    if len(types) == 2 and symbol in _EQUALITY:
        numbers = all(t in NUMBERS for t in types)
        if not numbers and not same(*types):
            raise Wrong(f"{shown} are never equal")
        return BOOL
    if symbol == "+" and all(same(t, STRING) for t in types):
        raise Wrong("strings cannot be added: insert values with {…} in one string")
    if any(t not in NUMBERS for t in types):
        raise Wrong(f"'{symbol}' needs numbers, not {shown}")
    if symbol in _ORDER:
        return BOOL
    return FLOAT if symbol == "/" or FLOAT in types else INT


def apply(symbol: str, operands: Sequence[TypedExpr], span: Any) -> TypedExpr:
    """``symbol`` applied to ``operands``: a value where all are known.

    :raises Wrong: when the types do not fit or the value cannot be computed.
    """
    result = result_type(symbol, [o.type for o in operands])
    if any(isinstance(o, ErrorExpr) for o in operands):
        return ErrorExpr(span)
    values = [o.value for o in operands if isinstance(o, Known)]
    if len(values) < len(operands):
        divisor = operands[-1]
        if symbol in _DIVISIONS and isinstance(divisor, Known) and divisor.value == 0:
            raise Incomputable("division by zero")
        return Apply(result, symbol, tuple(operands), span)
    return Known(result, compute(symbol, values), span)


def compute(symbol: str, values: Sequence[Value]) -> Value:
    """The value of ``symbol`` applied to ``values`` of fitting types.

    :raises Incomputable: on a division by zero or a result out of range.
    """
    if symbol == "and":
        return all(values)
    if symbol == "or":
        return any(values)
    if symbol == "not":
        return not values[0]
    try:
        if len(values) == 1:
            value: Value = -values[0] if symbol == "-" else +values[0]  # type: ignore[operator]
        else:
            function = _FUNCTIONS[symbol]
            value = function(*values)
    except ZeroDivisionError:
        raise Incomputable("division by zero") from None
    except OverflowError:
        raise Incomputable("the result is too large") from None
    if isinstance(value, int | float) and not usable(value):
        raise Incomputable("the result is too large")
    return value
