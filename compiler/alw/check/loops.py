"""Loop safety: a loop is bounded, decided by one learner, and sees current values."""

from __future__ import annotations

from collections.abc import Sequence

from ..diagnostics.rules import (
    DEPENDENCY_CYCLE,
    DUPLICATE_NAME,
    FIELD_TYPE_MISMATCH,
    NO_LEARNER,
    NO_REPEAT,
    NO_RESULT,
    PARAMETER_NOT_SUPPLIED,
    SEVERAL_LEARNERS,
    TYPE_MISMATCH,
    UNBOUNDED_LOOP,
)
from ..semantics.program import Loop, Task
from ..semantics.scope import circle_text
from ..semantics.types import BOOL, DATASET, FLOAT, INT, UNKNOWN, fits
from ..syntax.tree import Block, Result
from ..text.suggest import nearest
from .context import CheckContext, for_each_loop


@for_each_loop
def one_learner(context: CheckContext, loop: Loop) -> None:
    """Exactly one learner decides."""
    learners = _learners(context, loop)
    if not learners and loop.is_complete and not _meant_to_learn(context, loop):
        context.report(
            NO_LEARNER,
            loop.head,
            f"loop '{loop.name}' has no learner: nothing decides whether it goes on",
            "add: learn NAME { exec = … result … }",
        )
    for other in learners[1:]:
        context.report(
            SEVERAL_LEARNERS,
            other.head,
            f"'{other.name}' is a second learner of loop '{loop.name}'",
            "a loop has one learner; make the other one a task",
            (learners[0].head, "the first learner"),
        )


def _meant_to_learn(context: CheckContext, loop: Loop) -> bool:
    """Whether a task of the body has a result, which is reported where it stands."""
    blocks = (context.workflow.names.meanings.get(name) for name in loop.tasks)
    return any(
        isinstance(item, Result)
        for block in blocks
        if isinstance(block, Block)
        for item in block.items
    )


@for_each_loop
def bounded(context: CheckContext, loop: Loop) -> None:
    """A loop says how often it repeats."""
    if not loop.repeats and loop.is_complete:
        context.report(
            NO_REPEAT,
            loop.head,
            f"loop '{loop.name}' does not say when it repeats",
            "end its body with: repeat while CONDITION at most N times",
        )
    for other in loop.repeats[1:]:
        context.report(
            DUPLICATE_NAME,
            other.span,
            "a second 'repeat' in one loop",
            "join the conditions with 'and' or 'or'",
            (loop.repeats[0].span, "the first one"),
        )
    for repeat in loop.repeats[:1]:
        if not repeat.has_bound and loop.is_complete:
            context.report(
                UNBOUNDED_LOOP,
                repeat.span,
                "the loop has no bound: if the condition stays true, it runs forever",
                "add: at most N times",
            )
        condition = repeat.condition
        if condition is not None and condition.type not in (BOOL, UNKNOWN):
            text = context.workflow.source.text[condition.span.start : condition.span.end]
            context.report(
                TYPE_MISMATCH,
                condition.span,
                f"a condition is true or false, not {condition.type}",
                f"compare it, such as: {text} > 0" if condition.type in (INT, FLOAT) else "",
            )


def learner_has_result(context: CheckContext) -> None:
    """A learner declares the file by which it answers."""
    for task in context.workflow.tasks.values():
        if not task.learns:
            continue
        if task.result is None and task.is_complete:
            context.report(
                NO_RESULT,
                task.head,
                f"learner '{task.name}' declares no result",
                'add: result "FILE.json" { NAME: TYPE, … }',
            )
        for other in task.results[1:]:
            context.report(
                DUPLICATE_NAME,
                other.span,
                "a second result in one learner",
                "a learner writes one file: put all fields into it",
                (task.results[0].span, "the first one"),
            )


@for_each_loop
def parameters_supplied(context: CheckContext, loop: Loop) -> None:
    """Every further iteration gets its values from the learner's result."""
    learners = _learners(context, loop)
    result = learners[0].result if len(learners) == 1 else None
    for param in loop.params:
        if param.type == DATASET:
            context.report(TYPE_MISMATCH, param.span, "a loop parameter cannot be a dataset")
        if result is None:
            continue
        field = next((f for f in result.fields if f.name == param.name), None)
        if field is None:
            if not result.is_complete:
                continue
            close = nearest(param.name, [f.name for f in result.fields if not loop.param(f.name)])
            context.report(
                PARAMETER_NOT_SUPPLIED,
                param.name_span,
                f"nothing gives '{param.name}' a value in the second iteration",
                (f"did you mean '{close}' in the result? " if close else "")
                + f"add '{param.name}: {param.type}' to the result, "
                f"or write 'const' instead of 'param' if it never changes",
                (result.span, "the learner's result has no such field"),
            )
        elif param.first is None:
            continue  # its type may be what is wrong
        elif not fits(field.type, param.type):
            context.report(
                FIELD_TYPE_MISMATCH,
                field.name_span,
                f"result field '{field.name}' is {field.type}, "
                f"but it feeds a parameter of type {param.type}",
                f"declare both {param.type}",
                (param.name_span, "the parameter"),
            )
        elif not set(field.type.alphabet or ()) <= set(param.type.alphabet or ()):
            context.report(
                FIELD_TYPE_MISMATCH,
                field.name_span,
                f"result field '{field.name}' may have characters that the parameter does not "
                "allow",
                "declare the alphabet on the parameter only; it applies to the field too",
                (param.name_span, "the parameter"),
            )
    for field in result.fields if result else ():
        if field.type == DATASET:
            context.report(TYPE_MISMATCH, field.name_span, "a result field cannot be a dataset")


@for_each_loop
def body_ends_before_what_follows(context: CheckContext, loop: Loop) -> None:
    """A task of the body does not wait for a task after the loop."""
    learner = context.learner_of(loop)
    if learner is None:
        return
    tasks, after = context.workflow.tasks, context.graph.descendants(learner.name)
    for name in loop.tasks:
        if name not in after:
            continue  # before the learner it is a cycle, which no_cycles reports
        for parent, span in context.graph.parents[name].items():
            if parent in after and tasks[parent].loop != loop.name:
                context.report(
                    DEPENDENCY_CYCLE,
                    span,
                    f"'{name}' is in the loop but waits for '{parent}' after the loop",
                    "",
                    (tasks[parent].head, "runs after the loop has ended"),
                )


def no_cycles(context: CheckContext) -> None:
    """Tasks do not wait for each other; to repeat them is what a loop is for."""
    for cycle in context.graph.cycles():
        first, parent = cycle[0], cycle[1 % len(cycle)]
        circle = circle_text([*cycle, cycle[0]])
        context.report(
            DEPENDENCY_CYCLE,
            context.graph.parents[first][parent],
            f"'{first}' waits for itself: {circle}"
            if len(cycle) == 1
            else f"these tasks wait for each other: {circle}",
            _way_out(context, cycle),
            *(
                (context.graph.parents[a][b], f"'{a}' waits for '{b}' here")
                for a, b in zip(cycle[1:12], [*cycle[2:], cycle[0]], strict=False)
            ),
        )


def _way_out(context: CheckContext, cycle: Sequence[str]) -> str:
    """Return what to write instead of a cycle."""
    tasks = [context.workflow.tasks[name] for name in cycle]
    loop = context.workflow.loop_around(tasks[0])
    if loop is None or any(task.loop != loop.name for task in tasks):
        return "to repeat tasks, put them into a loop"
    learner = context.learner_of(loop)
    if learner is None or learner not in tasks:
        return "in an iteration each task runs once: remove one of these"
    read = ", ".join(f"{{{param.name}}}" for param in loop.params[:3]) or "{NAME}"
    return (
        f"the results of '{learner.name}' reach the next iteration as parameters: write {read} "
        "instead"
    )


def _learners(context: CheckContext, loop: Loop) -> list[Task]:
    return [
        context.workflow.tasks[name] for name in loop.tasks if context.workflow.tasks[name].learns
    ]
