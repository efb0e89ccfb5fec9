"""The values that declarations state, checked against their types."""

from __future__ import annotations

from ..diagnostics.diagnostic import Edit, Fix
from ..diagnostics.rules import DATASET_NAME, RUN_TIME_VALUE, TYPE_MISMATCH
from ..syntax.tree import Declaration, Expr
from .expr import ErrorExpr, Items, Known, Template, TypedExpr, is_broken
from .expressions import known_text
from .scope import Scope
from .types import (
    BOOL,
    DATASET,
    DATASET_PATTERN,
    FLOAT,
    INT,
    STRING,
    UNKNOWN,
    Type,
    brief,
    fits,
    in_alphabet,
    read_value,
    same,
    uncarried,
)


def initial_value(
    item: Declaration, expression: Expr, term: TypedExpr, wanted: Type, scope: Scope
) -> Known | ErrorExpr:
    """The declared value of ``item``: known before submission, and of the declared type.

    :param term: what ``expression``, the value as written, means.
    :param wanted: the declared type.
    :returns: :class:`ErrorExpr` if the value is none, which was reported.
    """
    text = known_text(term) if isinstance(term, Template) else None
    if text is not None:
        term = Known(STRING, text, expression.span)
    if wanted == UNKNOWN or is_broken(term):
        return ErrorExpr(expression.span)
    if not isinstance(term, Known | Items):
        scope.report(
            RUN_TIME_VALUE, expression.span, f"the value of '{item.name.text}' is not known here"
        )
        return ErrorExpr(expression.span)
    is_dataset = wanted.name == "dataset" and same(term.type, STRING)
    if isinstance(term, Items) or (not fits(term.type, wanted) and not is_dataset):
        right = _conversion(term, wanted)
        scope.report(
            TYPE_MISMATCH,
            expression.span,
            f"'{item.name.text}' is {wanted}, but its value is {term.type}",
            f"write {right}{' without quotes' if term.type == STRING else ''}"
            if right
            else _otherwise(term, wanted),
            (item.type.span, f"declared {wanted} here"),
            fix=Fix(f"write {right}", (Edit(expression.span, right),)) if right else None,
        )
        return ErrorExpr(expression.span)
    if wanted == DATASET and not DATASET_PATTERN.match(str(term.value)):
        scope.report(
            DATASET_NAME,
            expression.span,
            f"{brief(term.value)} is not a dataset name",
            "a dataset name consists of letters, digits and . - _",
        )
        return ErrorExpr(expression.span)
    if not in_alphabet(term.value, wanted):
        scope.report(
            TYPE_MISMATCH,
            expression.span,
            f"the value of '{item.name.text}' has characters outside its alphabet",
            "",
            (item.type.span, "declared here"),
        )
        return ErrorExpr(expression.span)
    value = float(term.value) if wanted == FLOAT else term.value
    if item.keyword == "param" and (why := uncarried(value)):
        scope.report(TYPE_MISMATCH, expression.span, f"the value of '{item.name.text}' {why}")
        return ErrorExpr(expression.span)
    return Known(wanted, value, expression.span)


def _conversion(term: Known | Items, wanted: Type) -> str | None:
    """How the value is written as one of type ``wanted``, if it can be."""
    if isinstance(term, Items):
        return None
    if same(wanted, STRING) and term.type in (INT, FLOAT):
        return f'"{term.value}"'
    if same(term.type, STRING):
        value = read_value(str(term.value), wanted)
        return None if value is None else str(value).lower()
    if term.type == FLOAT and wanted == INT and float(term.value).is_integer():
        return str(int(term.value))
    return None


def _otherwise(term: Known | Items, wanted: Type) -> str:
    """What to write where the value itself is no value of type ``wanted``."""
    if isinstance(term, Items):
        return "a list is written where it is used, in an option of a task"
    if wanted == BOOL:
        return "write true or false"
    if wanted == INT and term.type == FLOAT:
        return "declare it float, or write a whole number; // divides and rounds down"
    return ""
