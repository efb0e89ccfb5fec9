"""What a loop's condition decides."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics.diagnostic import Edit, Fix
from ..diagnostics.rules import (
    CONSTANT_CONDITION,
    FLOAT_EQUALITY,
    GOES_ON_WITHOUT_RESULT,
    OLD_VALUES,
)
from ..semantics.evaluate import Wrong, apply
from ..semantics.expr import Apply, FieldValue, Known, ParamValue, ResultOf, TypedExpr, leaves
from ..semantics.program import Loop
from ..semantics.types import BOOL, FLOAT
from .context import CheckContext, for_each_loop
from .ranges import possible


@for_each_loop
def empty_result_ends(context: CheckContext, loop: Loop) -> None:
    """A condition is false of an empty result.

    A learner whose condition asks for its result may leave it empty.  Then there are no values
    for a further iteration, and iDDS would repeat the ones it has (idds/workflowv2/workflow.py,
    ``sync_global_parameters_from_work``).
    """
    repeat = loop.repeats[0] if loop.repeats else None
    if repeat is None or repeat.condition is None or repeat.bound is None or repeat.bound == 1:
        return
    asked = [leaf for leaf in leaves(repeat.condition) if isinstance(leaf, ResultOf)]
    # the last iteration ends the loop whatever the condition says
    if asked and True in possible(_without_result(repeat.condition), repeat.bound - 1):
        name = f"{asked[0].task}.result"
        context.report(
            GOES_ON_WITHOUT_RESULT,
            repeat.condition.span,
            "the condition can be true for an empty result: the loop would repeat old values",
            f"an empty result ends the loop; write '{name} and (…)', or let the learner write "
            "its fields and say in one of them whether to go on",
            (asked[0].span, "false for an empty result"),
        )


def _without_result(term: TypedExpr) -> TypedExpr:
    """``term`` where the result is empty, computed as far as it can be."""
    match term:
        case ResultOf():
            return Known(BOOL, False, term.span)
        case Apply():
            operands = [_without_result(operand) for operand in term.operands]
            try:
                return apply(term.operator, operands, term.span)
            except Wrong:
                return Apply(term.type, term.operator, tuple(operands), term.span)
    return term


@for_each_loop
def condition_decides(context: CheckContext, loop: Loop) -> None:
    """A condition can be true and can be false."""
    repeat = loop.repeats[0] if loop.repeats else None
    if repeat is None or repeat.condition is None or repeat.bound is None:
        return
    values = possible(repeat.condition, repeat.bound)
    if values == {True}:
        context.report(
            CONSTANT_CONDITION,
            repeat.condition.span,
            "the condition is always true: only the bound ends the loop",
            f"if this is intended, write: repeat at most {repeat.bound} times",
        )
    elif values == {False}:
        context.report(
            CONSTANT_CONDITION,
            repeat.condition.span,
            "the condition is never true: the loop ends after its first iteration",
            "compare with a field of the learner's result that changes",
        )


@for_each_loop
def condition_sees_the_result(context: CheckContext, loop: Loop) -> None:
    """A condition that reads parameters alone reads what this iteration started with."""
    learner = context.learner_of(loop)
    result = learner.result if learner else None
    repeat = loop.repeats[0] if loop.repeats else None
    if learner is None or result is None or repeat is None or repeat.condition is None:
        return
    read = list(leaves(repeat.condition))
    if any(isinstance(leaf, FieldValue | ResultOf) for leaf in read):
        return
    fields = {field.name: field.name_span for field in result.fields}
    old = [leaf for leaf in read if isinstance(leaf, ParamValue) and leaf.name in fields]
    if not old:
        return
    edits = tuple(Edit(leaf.span, f"{learner.name}.{leaf.name}") for leaf in old)
    context.report(
        OLD_VALUES,
        old[0].span,
        f"'{old[0].name}' is the value that this iteration started with, not the learner's new one",
        f"the new value is '{edits[0].text}'",
        (fields[old[0].name], "the new value"),
        fix=Fix("read the new values", edits, safe=False),
    )


@for_each_loop
def floats_are_compared_by_size(context: CheckContext, loop: Loop) -> None:
    """Computed floats miss each other by a last digit."""
    for repeat in loop.repeats:
        if repeat.condition is None:
            continue
        for comparison in _comparisons(repeat.condition):
            wanted = "<" if comparison.operator == "==" else ">="
            context.report(
                FLOAT_EQUALITY,
                comparison.span,
                f"'{comparison.operator}' compares floats, which are almost never equal",
                f"use '{wanted}', or let the learner decide and return a bool",
            )


def _comparisons(term: TypedExpr) -> Iterator[Apply]:
    if isinstance(term, Apply):
        known = all(isinstance(operand, Known) for operand in term.operands)
        inexact = any(operand.type == FLOAT for operand in term.operands)
        if term.operator in ("==", "!=") and inexact and not known:
            yield term
        for operand in term.operands:
            yield from _comparisons(operand)
