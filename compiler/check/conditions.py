"""Advice about a loop's condition."""

from __future__ import annotations

from collections.abc import Iterator

from ..rules import CONSTANT, FLOAT_EQUALITY
from ..semantics.terms import Apply, Known, Term
from ..semantics.types import FLOAT
from .context import Context
from .ranges import possible


def condition_decides(context: Context) -> None:
    """A condition can be true and can be false."""
    loop = context.workflow.loop
    repeat = loop.repeats[0] if loop and loop.repeats else None
    if repeat is None or repeat.condition is None or repeat.bound is None:
        return
    values = possible(repeat.condition, repeat.bound)
    if values == {True}:
        context.report(
            CONSTANT,
            repeat.condition.span,
            "the condition is always true: only the bound ends the loop",
            f"if that is meant, write: repeat at most {repeat.bound} times",
        )
    elif values == {False}:
        context.report(
            CONSTANT,
            repeat.condition.span,
            "the condition is never true: the loop ends after its first iteration",
            "compare with a field of the learner's result that changes",
        )


def floats_are_compared_by_size(context: Context) -> None:
    """Computed floats miss each other by a last digit."""
    loop = context.workflow.loop
    for repeat in loop.repeats if loop else ():
        if repeat.condition is None:
            continue
        for comparison in _comparisons(repeat.condition):
            wanted = "<" if comparison.operator == "==" else ">="
            context.report(
                FLOAT_EQUALITY,
                comparison.span,
                f"'{comparison.operator}' compares floats, which are hardly ever equal",
                f"compare by size, with '{wanted}'; or let the learner decide and give a bool",
            )


def _comparisons(term: Term) -> Iterator[Apply]:
    if isinstance(term, Apply):
        known = all(isinstance(operand, Known) for operand in term.operands)
        inexact = any(operand.type == FLOAT for operand in term.operands)
        if term.operator in ("==", "!=") and inexact and not known:
            yield term
        for operand in term.operands:
            yield from _comparisons(operand)
