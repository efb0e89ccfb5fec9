"""Advice about names: what is written but has no effect.

Given for workflows without errors only: an error may hide the use of a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..diagnostics.diagnostic import Edit, Fix
from ..diagnostics.rules import (
    LEARNER_ONLY,
    LEARNER_WITHOUT_HISTORY,
    SAME_EVERY_ITERATION,
    SHADOWED_NAME,
    UNUSED_CONSTANT,
    UNUSED_FIELD,
    UNUSED_INPUT,
    UNUSED_PARAMETER,
    UNUSED_TASK,
)
from ..semantics.expr import FieldValue, IterationNumber, OutputOf, ParamValue, TypedExpr, leaves
from ..semantics.program import Loop, Task
from .commands import escaped, shell_variables
from .context import CheckContext, for_each_loop

#: Parts of the names of values that a learner keeps for itself, and of ends of an interval.
_MEMORY = re.compile(
    r"(?:.*_)?(?:best|last|previous|prev|old|history|seen|tried|visited|known|memory|state"
    r"|count|counter|total|sum|stale|patience|failures)(?:_.*)?",
    re.IGNORECASE,
)
_LIMITS = re.compile(r"(?:.*_)?(?:lo|hi|low|high|lower|upper|left|right)(?:_.*)?", re.IGNORECASE)


def unused_values(context: CheckContext) -> None:
    """Inputs and constants are there to be used."""
    workflow = context.workflow
    used = workflow.used | _meant_variables(context)
    for rule, what, values in (
        (UNUSED_INPUT, "input", workflow.inputs),
        (UNUSED_CONSTANT, "constant", workflow.constants),
    ):
        for value in values:
            if value.name not in used:
                fix = Fix("remove it", (Edit(value.declaration, ""),), safe=False)
                context.report(
                    rule,
                    value.span,
                    f"nothing uses {what} '{value.name}'",
                    f"use {{{value.name}}} somewhere, or remove it",
                    fix=fix,
                )


@for_each_loop
def unused_parameters(context: CheckContext, loop: Loop) -> None:
    """A loop parameter is read by a command, the condition or something behind the loop."""
    if _repeats_itself(context, loop):
        return
    read = {leaf.name for leaf in _all_leaves(context, loop) if isinstance(leaf, ParamValue)}
    read |= _meant_variables(context)
    for param in loop.params:
        if param.name not in read:
            context.report(
                UNUSED_PARAMETER,
                param.name_span,
                f"nothing uses parameter '{param.name}'",
                f"write {{{param.name}}} in the command that needs it, or remove it here "
                "and from the result",
            )


@for_each_loop
def parameters_reach_a_task(context: CheckContext, loop: Loop) -> None:
    """A parameter changes what the tasks of the loop do, not only what the learner is told."""
    learner = context.learner_of(loop)
    if learner is None or len(loop.tasks) < 2 or _repeats_itself(context, loop):
        return
    told = _params(learner.leaves)
    tasks = [task for task in context.workflow.tasks.values() if task is not learner]
    read = {name for task in tasks for name in _params(task.leaves)}
    for repeat in loop.repeats:
        read |= _params(leaves(repeat.condition)) if repeat.condition else set()
    read |= _meant_variables(context)
    brackets = not any(_is_limit(name) for name in read)
    for param in loop.params:
        if _remembers(param.name) or (brackets and _is_limit(param.name)):
            continue
        if param.name in told and param.name not in read:
            context.report(
                LEARNER_ONLY,
                param.name_span,
                f"only learner '{learner.name}' reads parameter '{param.name}': no task uses its "
                "value",
                f"write {{{param.name}}} in the command of a task; if the learner only remembers "
                f"it, add: # alw: ignore {LEARNER_ONLY.name}",
            )


def _remembers(name: str) -> bool:
    """Whether a name says that the learner keeps the value for itself: ``best_m1``."""
    return _MEMORY.fullmatch(name) is not None


def _is_limit(name: str) -> bool:
    """Whether a name is that of one end of an interval, in which a learner searches."""
    return _LIMITS.fullmatch(name) is not None


def _params(terms: Iterable[TypedExpr]) -> set[str]:
    return {term.name for term in terms if isinstance(term, ParamValue)}


@for_each_loop
def unused_fields(context: CheckContext, loop: Loop) -> None:
    """A result field feeds the parameter of its name, or is read by the condition."""
    learner = context.learner_of(loop)
    result = learner.result if learner else None
    if result is None:
        return
    read = {leaf.name for leaf in _all_leaves(context, loop) if isinstance(leaf, FieldValue)}
    others = {value.name: value.span for value in context.workflow.inputs}
    others |= {value.name: value.span for value in context.workflow.constants}
    for field in result.fields:
        if loop.param(field.name):
            continue
        if field.name in others:
            context.report(
                SHADOWED_NAME,
                field.name_span,
                f"result field '{field.name}' does not change the value of '{field.name}'",
                "only a loop parameter takes a new value: write 'param' in the loop, or rename "
                "the field",
                (others[field.name], "this value never changes"),
            )
            continue
        if field.name in read:
            continue
        context.report(
            UNUSED_FIELD,
            field.name_span,
            f"nothing reads result field '{field.name}'",
            f"declare 'param {field.name}: {field.type}' in the loop, use it in the condition, "
            "or remove it",
        )


@for_each_loop
def unused_tasks(context: CheckContext, loop: Loop) -> None:
    """What the learner waits for is there to be read."""
    workflow, learner = context.workflow, context.learner_of(loop)
    if learner is None:
        return
    read = {
        leaf.task
        for task in workflow.tasks.values()
        for leaf in task.leaves
        if isinstance(leaf, OutputOf)
    }
    before = context.graph.ancestors(learner.name)
    for task in workflow.tasks.values():
        if task.loop == loop.name and task.name in before and task.name not in read:
            if "outputs" not in task.settings:
                continue  # it may leave something elsewhere
            context.report(
                UNUSED_TASK,
                task.name_span,
                f"learner '{learner.name}' waits for '{task.name}', but nothing reads its outputs",
                f"use {{{task.name}.outputs[0]}} in a command, or let it run after the learner",
            )


@for_each_loop
def every_iteration_differs(context: CheckContext, loop: Loop) -> None:
    """A loop repeats its tasks with other values."""
    if _repeats_itself(context, loop):
        context.report(
            SAME_EVERY_ITERATION,
            loop.head,
            f"every iteration of loop '{loop.name}' computes the same",
            "write a parameter, {NAME}, or {iteration} in the command of a task",
        )


@for_each_loop
def learner_remembers(context: CheckContext, loop: Loop) -> None:
    """A learner that sees no parameter and no iteration cannot know what was tried before."""
    learner = context.learner_of(loop)
    if learner is None or _repeats_itself(context, loop):
        return
    if not _varies(learner, loop):
        context.report(
            LEARNER_WITHOUT_HISTORY,
            learner.name_span,
            f"learner '{learner.name}' sees only the last iteration, and not its parameter values",
            "pass the parameters, {NAME}, or {iteration} in its command",
        )


def _meant_variables(context: CheckContext) -> set[str]:
    """What commands name as variables of the shell, or between two braces; ALW614 and ALW624
    say how a value is written.
    """
    tasks = context.workflow.tasks.values()
    names = {name for task in tasks for name, _ in shell_variables(task.command)}
    return names | {found.name for task in tasks for found in escaped(context.workflow, task)}


def _repeats_itself(context: CheckContext, loop: Loop) -> bool:
    """Whether no task of the loop's body sees what differs between iterations."""
    body = [context.workflow.tasks[name] for name in loop.tasks]
    working = [task for task in body if not task.learns] or body
    return bool(body) and not any(_varies(task, loop) for task in working)


def _varies(task: Task, loop: Loop) -> bool:
    """True if something but the dataset's name differs between iterations of ``loop``."""
    varying = [
        leaf
        for leaf in task.leaves
        if isinstance(leaf, IterationNumber)
        or (isinstance(leaf, ParamValue) and loop.param(leaf.name))
    ]
    if not varying:
        return False
    name = task.settings.get("outDS")
    named = set(map(id, leaves(name.term))) if name else set()
    return any(id(leaf) not in named for leaf in varying)


def _all_leaves(context: CheckContext, loop: Loop) -> Iterator[TypedExpr]:
    for task in context.workflow.tasks.values():
        yield from task.leaves
    for repeat in loop.repeats:
        if repeat.condition is not None:
            yield from leaves(repeat.condition)
