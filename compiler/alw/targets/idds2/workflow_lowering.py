"""The workflow JSON of iDDS 2.6.21: works, the conditions that release them, and the loop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...plan.model import TaskPlan, WorkflowPlan
from ..ids import Ids
from .objects import AND, WORKFLOW, make_object, make_work, make_workflow
from .tail import Tail, Together, list_names, split_followers

Json = dict[str, Any]

Awaited = tuple[tuple[str, str], ...]
"""Tasks, each with the method of iDDS that must be true of it."""


class WorkflowLowering:
    """Lowers one plan; loop state is on the workflow's ``template``."""

    def __init__(self, plan: WorkflowPlan, ids: Ids) -> None:
        self._plan = plan
        self._ids = ids
        self._tasks = {task.name: task for task in plan.tasks}
        self._order = {task.name: number for number, task in enumerate(plan.tasks)}
        loop = plan.loop
        body = {task.name: task.parents for task in plan.tasks if task.in_loop}
        self._tail = split_followers(loop.learner, body) if loop else Tail((), ())

    def workflow(self) -> Json:
        """Return the workflow, as ``idds.common.utils.json_loads`` reads it."""
        plan, loop = self._plan, self._plan.loop
        together = self._tail.together
        inner = frozenset(list_names(together)) if together else frozenset()
        releases = [
            (self._find_awaited(task), self._id(task.name))
            for task in plan.tasks
            if task.parents and task.name not in inner
        ]
        works = {
            self._id(task.name): make_work(task, self._ids)
            for task in plan.tasks
            if task.name not in inner
        }
        if loop and together:
            # all of the chain precedes them, and before it the learner
            last = (loop.learner, *self._tail.chain)[-1]
            identity = self._together_id(together)
            releases.append((self._list_processed([last]), identity))
            works[identity] = self._inner_workflow(together)
        conditions, by_work = self._conditions(releases)
        template: Json = {
            "_name": plan.name,
            "internal_id": self._ids.of("workflow"),
            "template_work_id": self._ids.of("workflow"),
            "_works": works,
            "conditions": conditions,
            "_work_conds": by_work,
            "independent_works": [self._id(t.name) for t in plan.tasks if not t.parents],
        }
        if loop is not None:
            template["global_parameters"] = {
                f"user_{name}": value for name, value in loop.params.items()
            }
            learner = self._method("get_custom_condition_status", loop.learner)
            template["_loop_condition"] = self._condition("Condition", "loop", [learner])
            template["loop_condition_position"] = "end"
        return make_workflow(template)

    def _together_id(self, together: Together) -> str:
        return self._ids.of("together", *list_names(together))

    def _inner_workflow(self, together: Together) -> Json:
        """Return a workflow without a loop: one work of the body, which ends when all of it has.

        Its conditions can ask works of its own only (workflow.py:260); what its tasks wait for
        besides has been processed before the workflow starts.  It starts with its
        ``initial_works``: among ``independent_works`` a workflow crashes (docs/engine.md).
        """
        releases: list[tuple[Awaited, str]] = []
        works: Json = {}
        first: list[str] = []
        for member in together.members:
            if isinstance(member, Together):
                identity = self._together_id(member)
                waits: Awaited = ()
                works[identity] = self._inner_workflow(member)
            else:
                identity, task = self._id(member), self._tasks[member]
                waits = self._list_processed(p for p in task.parents if p in together.members)
                works[identity] = make_work(task, self._ids)
            if waits:
                releases.append((waits, identity))
            else:
                first.append(identity)
        conditions, by_work = self._conditions(releases)
        identity = self._together_id(together)
        return make_workflow(
            {
                "_name": f"{self._plan.name}.{next(list_names(together))}",
                "internal_id": identity,
                "template_work_id": identity,
                "_works": works,
                "conditions": conditions,
                "_work_conds": by_work,
                "independent_works": [],
                "initial_works": first,
            }
        )

    def _id(self, task: str) -> str:
        return self._ids.of("task", task)

    # Conditions

    def _conditions(
        self, releases: Iterable[tuple[Awaited, str]]
    ) -> tuple[Json, dict[str, list[str]]]:
        """Return one condition for each set of states that works wait for together.

        Where a condition is listed changes nothing: all of them are evaluated at each look.  But
        under a workflow that has not started they raise (workflow.py:2896), so each is listed
        under one task.

        :param releases: what a work waits for, and its id.
        """
        waiting: dict[Awaited, list[str]] = {}
        for awaited, work in releases:
            waiting.setdefault(awaited, []).append(work)
        conditions: Json = {}
        by_work: dict[str, list[str]] = {}
        for awaited, works in waiting.items():
            condition = self._condition(
                "AndCondition",
                "\0".join(f"{method} {parent}" for parent, method in awaited),
                [self._method(method, parent) for parent, method in awaited],
                works,
            )
            identity = condition["attributes"]["internal_id"]
            conditions[identity] = condition
            by_work.setdefault(self._id(awaited[0][0]), []).append(identity)
        return conditions, by_work

    def _find_awaited(self, task: TaskPlan) -> Awaited:
        """Return the states that ``task`` waits for.

        A task after the loop runs inside its last iteration, when the learner says that the loop
        does not go on.  After each load of the workflow a learner has no data at first, and then
        it says so, too (clerk.py:1203-1216): so its data must be there (docs/engine.md).
        """
        loop = self._plan.loop
        awaited = self._list_processed(task.parents)
        if loop is None or task.in_loop or not any(self._tasks[p].in_loop for p in task.parents):
            return awaited
        return (
            *dict.fromkeys((*awaited, (loop.learner, "is_processed"))),
            (loop.learner, "get_output_data"),
            (loop.learner, "get_not_custom_condition_status"),
        )

    def _list_processed(self, tasks: Iterable[str]) -> Awaited:
        """Return ``tasks``, in the order of the source, each of which must be processed."""
        return tuple((task, "is_processed") for task in sorted(tasks, key=self._order.__getitem__))

    def _method(self, name: str, task: str) -> Json:
        return {"idds_method": name, "idds_method_internal_id": self._id(task)}

    def _condition(
        self, class_name: str, name: str, methods: list[Json], true_works: Iterable[str] = ()
    ) -> Json:
        identity = self._ids.of("condition", name)
        return make_object(
            class_name,
            WORKFLOW,
            internal_id=identity,
            template_id=identity,
            operator=AND,
            _conditions=methods,
            _true_works=list(true_works),
        )
