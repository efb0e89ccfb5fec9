"""The limits of iDDS 2.6.21, and where it differs from what the language says."""

from __future__ import annotations

from ...check.context import CheckContext
from ...diagnostics.rules import ENGINE_CANNOT, ENGINE_LIMIT, LEARNER_OUTPUT
from ...semantics.expr import items_of
from ...semantics.expressions import known_text
from ..idds.single_loop import find_only_loop
from .tail import GATHERED, Tail, find_crowd, split_followers


def check_restrictions(context: CheckContext) -> None:
    """Report what the release cannot do with a workflow, or does otherwise."""
    _warn_of_actuators(context)
    _report_other_outputs(context)
    loop, learner = find_only_loop(context)
    if loop is None or learner is None or any(context.graph.cycles()):
        return
    body = {name: context.graph.parents[name] for name in loop.tasks}
    _report_crowd(context, learner, find_crowd(learner, body))
    tail = split_followers(learner, body)
    _report_crowded(context, learner, tail.crowded)
    _report_waits(context, learner, tail)


def _warn_of_actuators(context: CheckContext) -> None:
    """Report learners that the engine's agents could not run as they are written.

    The submitter ends in a ``TypeError`` for every actuator (idds/atlas/workflowv2/
    atlasactuatorwork.py:181), after which the request is ``SubFinished``; after that
    ``submit_processing`` returns nothing and ``poll_processing_updates`` lacks an argument.
    """
    for task in context.workflow.tasks.values():
        if task.actuator is not None:
            context.report(
                ENGINE_LIMIT,
                task.actuator.name_span,
                f"the agents of iDDS 2.6.21 fail to submit an actuator: '{task.name}' becomes "
                "a PanDA task that runs the same command",
                "write 'exec' to make it a PanDA task from the start",
            )


def _report_other_outputs(context: CheckContext) -> None:
    """Report learners with outputs besides the result (idds/atlas/workflowv2/
    atlaslocalpandawork.py, ``set_output_data``).
    """
    for task in context.workflow.tasks.values():
        setting = task.settings.get("outputs") if task.learns else None
        if setting is None or task.result is None:
            continue
        if [known_text(item) for item in items_of(setting.term)] != [task.result.file]:
            context.report(
                LEARNER_OUTPUT,
                setting.term.span,
                f"learner '{task.name}' has outputs besides its result",
                "iDDS parses every output of a learner as JSON and fails otherwise; "
                "write further files from a task that follows it",
                (task.result.file_span, "the result"),
            )


def _report_crowd(context: CheckContext, learner: str, tasks: tuple[str, ...]) -> None:
    """Report that too many tasks may end just before the learner."""
    if not tasks:
        return
    context.report(
        ENGINE_CANNOT,
        context.workflow.tasks[tasks[0]].head,
        f"{len(tasks)} tasks of the loop run in parallel before learner '{learner}': when "
        "so many end at about the same time, iDDS 2.6.21 misses some of the ends, and "
        "the loop stops early",
        f"use one task with more jobs; or let a task merge the outputs of several, so "
        f"that '{learner}' follows seven tasks at most",
        (context.workflow.tasks[learner].head, "the learner"),
    )


def _report_crowded(context: CheckContext, learner: str, group: tuple[str, ...]) -> None:
    """Report tasks after the learner that no workflow of its own can hold."""
    if not group:
        return
    context.report(
        ENGINE_CANNOT,
        context.workflow.tasks[group[0]].head,
        f"{_list_names(group)} follow learner '{learner}', some of them in parallel: of "
        f"more than {GATHERED} such tasks that wait for each other, iDDS 2.6.21 takes some for "
        "running, and the loop stops early",
        "let each of them follow another one, 'after …', so that they run one after the other; "
        "or let them run after the loop",
    )


def _list_names(names: tuple[str, ...]) -> str:
    shown = [f"'{name}'" for name in names[:4]]
    if len(names) > len(shown):
        shown.append(f"{len(names) - len(shown)} more")
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def _report_waits(context: CheckContext, learner: str, tail: Tail) -> None:
    """Report tasks after the loop that wait for one of several tasks beside each other."""
    inner = dict.fromkeys(name for group in tail.groups for name in group)
    for task in context.workflow.tasks.values() if inner else ():
        if task.in_loop:
            continue
        for parent, span in context.graph.parents[task.name].items():
            if parent in inner:
                other = next(name for name in inner if name != parent)
                context.report(
                    ENGINE_CANNOT,
                    span,
                    f"'{task.name}' waits for '{parent}', which runs in parallel with '{other}' "
                    "after "
                    f"learner '{learner}': iDDS 2.6.21 only knows when all "
                    "parallel tasks have ended",
                    f"let them run one after the other: write 'after {parent}' in '{other}'; "
                    f"or move '{parent}' out of the loop",
                    (context.workflow.tasks[parent].head, f"runs in parallel with '{other}'"),
                )
