"""Target ``idds-2``: iDDS 2.6.21, workflow version 2.

The JSON states, for each object, its class and the attributes that its constructor does
not already give.  What iDDS keeps in an object's metadata is stated through the property
that reads it (``internal_id``, ``conditions``, ``global_parameters``, ``coll_type``), because
stating ``_metadata`` would replace all of it (idds/common/dict_class.py, ``from_dict``).
No date is stated: an old one would expire the request (engine.md, section 3, trap 8).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..check.context import Context
from ..plan.model import TaskPlan, WorkflowPlan
from ..rules import ENGINE_DOES
from .idds2_tail import Tail, followers
from .ids import Ids

Json = dict[str, Any]

_WORKFLOW = "idds.workflowv2.workflow"
_WORK = "idds.workflowv2.work"
_CONSTANTS = "idds.common.constants"
_PROCESSING = ("ATLASPandaWork", "idds.atlas.workflowv2.atlaspandawork")
_LEARNING = ("ATLASLocalPandaWork", "idds.atlas.workflowv2.atlaslocalpandawork")
_MARK = "___idds___"


class IddsPlaceholders:
    """``___idds___ATTRIBUTE___`` (idds/atlas/workflowv2/atlaspandawork.py:230)."""

    reserved = re.compile(_MARK)
    #: ``renew_parameter`` looks on until it finds no mark, and for ever at one without an end
    looked_for_again = "idds"
    counts = True

    def param(self, name: str) -> str:
        """A global parameter; its name must start with ``user_``."""
        return f"{_MARK}user_{name}___"

    def iteration(self) -> str:
        """The number of the run; empty outside a loop, where it is never used."""
        return f"{_MARK}num_run___"

    def unfilled(self, task_map: Mapping[str, Any]) -> list[str]:
        """Where a placeholder stands that ``renew_parameters_from_attributes`` misses.

        It looks into string values of the map, of the items of ``jobParameters`` and of
        ``log`` (idds/atlas/workflowv2/atlaspandawork.py:231).
        """
        missed: list[str] = []
        for key, value in task_map.items():
            if isinstance(value, str):
                continue
            if key == "jobParameters":
                values: Iterable[Any] = (v for item in value for v in item.values())
            elif key == "log":
                values = value.values()
            else:
                values = (value,)
            if any(not isinstance(v, str) and _holds_mark(v) for v in values):
                missed.append(key)
        return missed

    def mistaken(self, task_map: Mapping[str, Any], dataset: str) -> list[str]:
        """Nothing but its placeholders."""
        return []


def _holds_mark(value: Any) -> bool:
    if isinstance(value, str):
        return _MARK in value
    if isinstance(value, dict):
        return any(map(_holds_mark, value.values()))
    return isinstance(value, list) and any(map(_holds_mark, value))


class IddsTwo:
    """One top-level ``Workflow``; loop state lives on its ``template``."""

    placeholders = IddsPlaceholders()
    actuators = False

    def check(self, context: Context) -> None:
        """Report learners that the engine's agents could not run as they are written.

        The submitter ends in a ``TypeError`` for every actuator (idds/atlas/workflowv2/
        atlasactuatorwork.py:181), after which the request is ``SubFinished``; behind that
        ``submit_processing`` returns nothing and ``poll_processing_updates`` lacks an argument.
        """
        for task in context.workflow.tasks.values():
            if task.actuator is not None:
                context.report(
                    ENGINE_DOES,
                    task.actuator.name_span,
                    f"the agents of iDDS 2.6.21 fail to submit an actuator: '{task.name}' becomes "
                    "a PanDA task that runs the same command",
                    "written with exec it is a PanDA task from the start",
                )

    def lower(self, plan: WorkflowPlan) -> Json:
        """iDDS Workflow JSON, as ``idds.common.utils.json_loads`` reads it."""
        first = plan.tasks[0].dataset if plan.tasks else ""
        return _Lowering(plan, Ids("idds-2", plan.name, first)).workflow()


def _object(class_name: str, module: str, **attributes: Any) -> Json:
    return {"class": class_name, "module": module, "attributes": attributes}


def _enum(class_name: str, module: str, name: str, value: int) -> Json:
    return _object(class_name, module, _name_=name, _sort_order_=value, _value_=value)


def _workflow(template: Json) -> Json:
    return _object(
        "Workflow",
        _WORKFLOW,
        loop_condition_position="end",
        template=_object("WorkflowBase", _WORKFLOW, **template),
    )


_AND = _enum("ConditionOperator", _WORKFLOW, "And", 0)
_PSEUDO = _enum("CollectionType", _CONSTANTS, "PseudoDataset", 3)


Awaited = tuple[tuple[str, str], ...]
"""Tasks, each with the method of iDDS that must be true of it."""


def _processed(tasks: Iterable[str]) -> Awaited:
    return tuple((task, "is_processed") for task in sorted(tasks))


class _Lowering:
    def __init__(self, plan: WorkflowPlan, ids: Ids) -> None:
        self._plan = plan
        self._ids = ids
        self._tasks = {task.name: task for task in plan.tasks}
        self._together = followers(plan.loop.learner, self._tasks) if plan.loop else Tail((), ())

    def workflow(self) -> Json:
        plan, loop = self._plan, self._plan.loop
        inner = dict.fromkeys(self._together.together)
        releases = [
            (self._awaited(task), self._id(task.name))
            for task in plan.tasks
            if task.parents and task.name not in inner
        ]
        works = {
            self._id(task.name): self._work(task) for task in plan.tasks if task.name not in inner
        }
        if loop and inner:
            # all of the chain precedes them, and before it the learner
            last = (*(loop.learner,), *self._together.chain)[-1]
            releases.append((((last, "is_processed"),), self._ids.of("followers")))
            works[self._ids.of("followers")] = self._inner_workflow(list(inner))
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
        return _workflow(template)

    def _inner_workflow(self, names: Sequence[str]) -> Json:
        """Return a workflow without a loop: one work of the body, which ends when all of it has.

        Each of its conditions can ask works of its own only (workflow.py:260).
        """
        tasks = [self._tasks[name] for name in names]
        members = set(names)
        waits = {t.name: tuple(p for p in t.parents if p in members) for t in tasks}
        conditions, by_work = self._conditions(
            [
                (_processed(waits[task.name]), self._id(task.name))
                for task in tasks
                if waits[task.name]
            ]
        )
        return _workflow(
            {
                "_name": f"{self._plan.name}.followers",
                "internal_id": self._ids.of("followers"),
                "template_work_id": self._ids.of("followers"),
                "_works": {self._id(task.name): self._work(task) for task in tasks},
                "conditions": conditions,
                "_work_conds": by_work,
                "independent_works": [self._id(t.name) for t in tasks if not waits[t.name]],
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

    def _awaited(self, task: TaskPlan) -> Awaited:
        """Return the states that ``task`` waits for.

        A task after the loop runs inside its last iteration, when the learner says that the loop
        does not go on.  After each load of the workflow a learner has no data at first, and then
        it says so, too (clerk.py:1203-1216): so its data must be there (engine.md, trap 5).
        """
        loop = self._plan.loop
        awaited = _processed(task.parents)
        if loop is None or task.in_loop or not any(self._tasks[p].in_loop for p in task.parents):
            return awaited
        return (
            *dict.fromkeys((*awaited, (loop.learner, "is_processed"))),
            (loop.learner, "get_output_data"),
            (loop.learner, "get_not_custom_condition_status"),
        )

    def _method(self, name: str, task: str) -> Json:
        return {"idds_method": name, "idds_method_internal_id": self._id(task)}

    def _condition(
        self, class_name: str, name: str, methods: list[Json], true_works: Iterable[str] = ()
    ) -> Json:
        identity = self._ids.of("condition", name)
        return _object(
            class_name,
            _WORKFLOW,
            internal_id=identity,
            template_id=identity,
            operator=_AND,
            _conditions=methods,
            _true_works=list(true_works),
        )

    # Works

    def _work(self, task: TaskPlan) -> Json:
        """A work as ``parse_task_parameters`` would leave it (atlaspandawork.py:142)."""
        task_map = task.task_map
        identity = self._id(task.name)
        collections: Json = {}
        datasets = [
            (item["param_type"], item["dataset"])
            for item in task_map["jobParameters"]
            if item.get("param_type") in ("input", "output") and "dataset" in item
        ]
        found: dict[str, str] = {}
        for number, (kind, dataset) in enumerate(datasets):
            found[kind] = self._collection(collections, task, f"{kind} {number}", dataset)
        logs = []
        if "log" in task_map:
            logs = [self._collection(collections, task, "log", task_map["log"]["dataset"])]
        for kind in ("output", "input"):
            if kind not in found:
                pseudo = f"{_scope(task.dataset)[0]}:pseudo_{kind}.{task.name}"
                found[kind] = self._collection(collections, task, kind, pseudo, _PSEUDO)
        attributes: Json = {
            "internal_id": identity,
            "template_work_id": identity,
            "task_name": task_map["taskName"],
            "work_name": task_map["taskName"],
            "task_type": task_map["prodSourceLabel"],
            # a condition forgets that it has released a work that is not submitted
            # (workflow.py:263-271), and would release it again: the loop ends early
            "submitted": True,
            "_collections": collections,
            "_primary_input_collection": found["input"],
            "_primary_output_collection": found["output"],
            "log_collections": logs,
            "task_parameters": task_map,
        }
        if not task.learns:
            return _object(*_PROCESSING, **attributes)
        attributes["and_custom_conditions"] = {"to_continue": True}
        attributes["output_files"] = [
            {"scope": scope, "name": name, "file": item["value"]}
            for item in task_map["jobParameters"]
            if item.get("param_type") == "output"
            for scope, name in (_scope(item["dataset"]),)
        ]
        return _object(*_LEARNING, **attributes)

    def _collection(
        self, collections: Json, task: TaskPlan, role: str, dataset: str, kind: Json | None = None
    ) -> str:
        identity = self._ids.of("collection", task.name, role)
        scope, name = _scope(dataset)
        attributes: Json = {"internal_id": identity, "scope": scope, "name": name}
        if kind is not None:
            attributes["coll_type"] = kind
        collections[identity] = _object("Collection", _WORK, **attributes)
        return identity


def _scope(dataset: str) -> tuple[str, str]:
    """Scope and name of a dataset (idds/common/utils.py, ``extract_scope_atlas``)."""
    dataset = dataset.removesuffix("/")
    if ":" in dataset:
        scope, _, name = dataset.partition(":")
        return scope, name
    words = dataset.split(".")
    is_private = dataset.startswith(("user", "group"))
    return ".".join(words[:2]) if is_private else words[0], dataset
