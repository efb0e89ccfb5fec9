"""The limits of iDDS 0.2.1, and where it differs from what the language says."""

from __future__ import annotations

from ...check.context import CheckContext
from ...diagnostics.rules import ENGINE_CANNOT, ENGINE_LIMIT
from ...semantics.expr import IterationNumber, OutputOf, ParamValue
from ...semantics.program import Loop, Task
from ..idds.single_loop import find_only_loop


def check_shortcomings(context: CheckContext) -> None:
    """Report what the release cannot do with a workflow, or does otherwise."""
    _Shortcomings(context).check()


class _Shortcomings:
    """Compares a workflow with what the release can do."""

    def __init__(self, context: CheckContext) -> None:
        self._context = context
        self._workflow = context.workflow

    def check(self) -> None:
        loop, learner = find_only_loop(self._context)
        if not self._workflow.loops:
            self._alone()
        if loop is None:
            return
        self._shape(loop, learner)
        self._numbers()
        self._warn(loop)

    def _alone(self) -> None:
        """Report tasks that wait for others, where no loop connects them: all are initial works."""
        for task in self._workflow.tasks.values():
            for parent, span in self._context.graph.parents[task.name].items():
                self._context.report(
                    ENGINE_CANNOT,
                    span,
                    f"'{task.name}' waits for '{parent}': the server of iDDS 0.2.1 fails to start "
                    "a task that waits for another",
                    "compile for idds-2",
                )

    def _shape(self, loop: Loop, learner: str | None) -> None:
        body = [name for name in loop.tasks if not self._workflow.tasks[name].learns]
        for name in body[1:]:
            self._cannot(name, "is a second task of the loop: only the first one gets values")
        for task in self._workflow.tasks.values():
            if not task.in_loop:
                self._cannot(task.name, "is after the loop: it gets no values")
        for parent in self._context.graph.parents[body[0]] if body else ():
            if parent == learner:
                self._cannot(body[0], "follows the learner: the release starts with the task")

    def _cannot(self, name: str, why: str) -> None:
        self._context.report(
            ENGINE_CANNOT,
            self._workflow.tasks[name].head,
            f"in iDDS 0.2.1, '{name}' {why}",
            "compile for idds-2",
        )

    def _numbers(self) -> None:
        for task in self._workflow.tasks.values():
            for leaf in task.leaves:
                if isinstance(leaf, IterationNumber):
                    self._context.report(
                        ENGINE_CANNOT,
                        leaf.span,
                        "iDDS 0.2.1 has no iteration number",
                        "remove it: the release adds a number of its own to every name",
                    )

    def _warn(self, loop: Loop) -> None:
        report, tasks = self._context.report, self._workflow.tasks
        report(
            ENGINE_LIMIT,
            loop.head,
            "the released server of iDDS 0.2.1 starts no second work: its clerk omits "
            "'original_work', which the server needs",
            "it needs a server where this is fixed (idds/agents/clerk/clerk.py:202-206, "
            "idds/core/requests.py:173)",
        )
        for name in loop.tasks:
            if tasks[name].learns:
                self._warn_of_actuator(tasks[name])
            elif any(isinstance(leaf, ParamValue) for leaf in tasks[name].leaves):
                report(
                    ENGINE_LIMIT,
                    tasks[name].head,
                    f"iDDS 0.2.1 puts values into 'cliParams' only: the jobs of '{name}' never "
                    "see one",
                )
        for repeat in loop.repeats[:1]:
            report(
                ENGINE_LIMIT,
                repeat.span,
                "nothing bounds a loop in iDDS 0.2.1: it ends when the result is empty",
            )

    def _warn_of_actuator(self, task: Task) -> None:
        if task.actuator is not None:
            self._context.report(
                ENGINE_LIMIT,
                task.actuator.name_span,
                f"nothing checks the result of '{task.name}' before it becomes the values of the "
                "next iteration; instead of files, its command gets the dataset, SCOPE:NAME, and "
                "the files are in the folder NAME",
                "written with exec, it gets files and its result is checked",
            )
        for leaf in task.leaves:
            if isinstance(leaf, OutputOf):
                message = (
                    "an actuator of iDDS 0.2.1 reads the dataset of the first iteration, in every "
                    "iteration"
                )
            elif isinstance(leaf, ParamValue):
                message = (
                    f"an actuator of iDDS 0.2.1 gets no values: '{leaf.name}' keeps its first one"
                )
            else:
                continue
            self._context.report(ENGINE_LIMIT, leaf.span, message)
