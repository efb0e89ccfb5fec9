"""Loops: parameters, tasks and what decides whether to go on."""

from __future__ import annotations

from functools import partial

from ..diagnostics.diagnostic import Collector
from ..diagnostics.rules import (
    CONDITION_SCOPE,
    NO_FIRST_VALUE,
    RUN_TIME_VALUE,
    TYPE_MISMATCH,
    UNSAFE_STRING,
)
from ..syntax.tree import Block, Declaration, Expr, RepeatClause
from . import program
from .declarations import Declarations
from .expr import (
    ErrorExpr,
    FieldValue,
    Items,
    IterationNumber,
    Known,
    ParamValue,
    ResultOf,
    Template,
    TypedExpr,
    is_broken,
    operands,
)
from .resolve_cache import ResolveCache
from .scope import Scope
from .tasks import resolve_task
from .types import INT, STRING, UNKNOWN


def resolve_loop(
    block: Block,
    declarations: Declarations,
    tasks: dict[str, program.Task],
    cache: ResolveCache,
) -> program.Loop:
    """Return the meaning of a ``loop``.

    :param tasks: takes the tasks of its body.
    :param cache: the cache of their meaning.
    """
    params: list[program.Param] = []
    names: list[str] = []
    repeats: list[program.Repetition] = []
    scope = declarations.scope
    silent = Scope(scope.source, Collector())  # what is misplaced was reported before
    for item in silent.valid_items(block.items, "loop"):
        match item:
            case Declaration(keyword="param") if scope.names.get(item.name.text) is item:
                params.append(_param(item, declarations))
            case Declaration():
                declarations.value(item.name.text)
            case Block():
                resolve = partial(resolve_task, item, block.name.text, declarations)
                task = cache.task(item, declarations, resolve)
                if task is not None:
                    tasks[task.name] = task
                    names.append(task.name)
            case RepeatClause():
                repeats.append(_repeat(item, block.name.text, declarations))
    whole = block.is_complete and len(names) == sum(isinstance(i, Block) for i in block.items)
    return program.Loop(
        block.name.text, block.head, tuple(params), tuple(names), tuple(repeats), whole
    )


def _param(item: Declaration, declarations: Declarations) -> program.Param:
    name, wanted = item.name.text, declarations.types.of(item)
    first: TypedExpr = ErrorExpr(item.span)
    if item.value is not None:
        first = declarations.initial(item, item.value, wanted)
    elif wanted != UNKNOWN:
        declarations.scope.report(
            NO_FIRST_VALUE,
            item.name.span,
            f"parameter '{name}' has no value for the first iteration",
            f"write: param {name}: {wanted} = VALUE",
        )
    known = first if isinstance(first, Known) else None
    if wanted == STRING:
        declarations.scope.report(
            UNSAFE_STRING,
            item.type.span,
            f"the values of '{name}' come from the learner and are inserted unquoted",
            'declare which characters they may have: string of "a-z0-9_"',
        )
    return program.Param(name, item.name.span, wanted, known, item.span)


def _repeat(item: RepeatClause, loop: str, declarations: Declarations) -> program.Repetition:
    condition = None if item.condition is None else _condition(item.condition, loop, declarations)
    bound = None
    if item.bound is not None:
        term = declarations.expressions.resolve(item.bound, "")
        if isinstance(term, Known) and term.type == INT and int(term.value) >= 1:
            bound = int(term.value)
        elif not isinstance(term, ErrorExpr):
            declarations.scope.report(
                TYPE_MISMATCH if isinstance(term, Known) else RUN_TIME_VALUE,
                item.bound.span,
                "the number of iterations must be an int of at least 1, known before submission",
            )
    return program.Repetition(
        condition, item.condition is not None, bound, item.bound is not None, item.span
    )


def _condition(expression: Expr, loop: str, declarations: Declarations) -> TypedExpr | None:
    """A loop's condition; ``None`` if something in it was reported.

    The learner's job evaluates it, which has the result, the parameters and the number
    of the iteration at hand, and nothing else.
    """
    condition = declarations.expressions.resolve(expression, loop, condition=True)
    fine = True
    for operand in operands(condition):
        match operand:
            case Known() | IterationNumber():
                continue
            case ParamValue(name=name) | FieldValue(task=name) | ResultOf(task=name):
                home = declarations.scope.in_loop.get(name)
                if home == loop:
                    continue
                message = f"a condition cannot read a value of another loop, '{home}'"
            case Template() | Items():
                message = (
                    f"a condition cannot use a {operand.type} made of values that only the grid "
                    "knows"
                )
            case _:
                message = "a condition cannot read a dataset"
        fine = False
        if not is_broken(operand):
            declarations.scope.report(
                CONDITION_SCOPE,
                operand.span,
                message,
                "it can use the learner's result, the loop's parameters and 'iteration'",
            )
    return condition if fine else None
