"""Target ``idds-2``: iDDS 2.6.21, workflow version 2.

The JSON states, for each object, its class and the attributes that its constructor does
not already give.  What iDDS keeps in an object's metadata is stated through the property
that reads it (``internal_id``, ``conditions``, ``global_parameters``, ``coll_type``), because
stating ``_metadata`` would replace all of it (idds/common/dict_class.py, ``from_dict``).
No date is stated: an old one would expire the request (engine.md, section 3, trap 8).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..check.context import Context
from ..plan.model import TaskPlan, WorkflowPlan
from ..rules import ENGINE_DOES
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


_AND = _enum("ConditionOperator", _WORKFLOW, "And", 0)
_PSEUDO = _enum("CollectionType", _CONSTANTS, "PseudoDataset", 3)


class _Lowering:
    def __init__(self, plan: WorkflowPlan, ids: Ids) -> None:
        self._plan = plan
        self._ids = ids
        self._tasks = {task.name: task for task in plan.tasks}
        self._followers = self._after_learner()

    def workflow(self) -> Json:
        plan, loop = self._plan, self._plan.loop
        works = {self._id(task.name): self._work(task) for task in plan.tasks}
        conditions, by_work = self._conditions()
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
        return _object(
            "Workflow",
            _WORKFLOW,
            loop_condition_position="end",
            template=_object("WorkflowBase", _WORKFLOW, **template),
        )

    def _id(self, task: str) -> str:
        return self._ids.of("task", task)

    # Conditions

    def _conditions(self) -> tuple[Json, dict[str, list[str]]]:
        """One condition for each set of tasks that others wait for together."""
        waiting: dict[tuple[tuple[str, str], ...], list[TaskPlan]] = {}
        for task in self._plan.tasks:
            if task.parents:
                waiting.setdefault(self._awaited(task), []).append(task)
        conditions: Json = {}
        by_work: dict[str, list[str]] = {}
        for awaited, tasks in waiting.items():
            condition = self._condition(
                "AndCondition",
                "\0".join(f"{method} {parent}" for parent, method in awaited),
                [self._method(method, parent) for parent, method in awaited],
                [self._id(task.name) for task in tasks],
            )
            identity = condition["attributes"]["internal_id"]
            conditions[identity] = condition
            for parent in dict.fromkeys(parent for parent, _ in awaited):
                by_work.setdefault(self._id(parent), []).append(identity)
        return conditions, by_work

    def _awaited(self, task: TaskPlan) -> tuple[tuple[str, str], ...]:
        """The tasks that ``task`` waits for, each with the method that says it may start.

        A task behind the loop runs inside its last iteration, when the learner's
        condition is false (engine.md, section 3, trap 5).  But iDDS also finds it false
        whenever it has just loaded the workflow: the learner's data are brought in after
        the first evaluation (idds/agents/clerk/clerk.py:1203-1216).  So the task waits for
        everything in the loop that follows the learner, too: when the last of it ends,
        the iteration ends in the same step, and the condition is never looked at again.
        """
        parents = set(task.parents)
        loop = self._plan.loop
        if loop is None or task.in_loop or not any(self._tasks[p].in_loop for p in parents):
            return tuple((parent, "is_processed") for parent in sorted(parents))
        parents.add(loop.learner)
        followers = self._followers - parents
        return (
            *((parent, "is_processed") for parent in sorted(parents)),
            (loop.learner, "get_not_custom_condition_status"),
            *((follower, "is_terminated") for follower in sorted(followers)),
        )

    def _after_learner(self) -> frozenset[str]:
        """The tasks of the loop that wait for the learner, directly or not."""
        loop = self._plan.loop
        found = {loop.learner} if loop else set()
        children: dict[str, list[str]] = {}
        for task in self._plan.tasks:
            for parent in task.parents if task.in_loop else ():
                children.setdefault(parent, []).append(task.name)
        todo = list(found)
        for name in todo:
            fresh = [child for child in children.get(name, ()) if child not in found]
            found.update(fresh)
            todo += fresh
        return frozenset(found)

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
        # a list of datasets is a collection for each: iDDS would look for one of the whole name
        datasets = [
            (item["param_type"], dataset)
            for item in task_map["jobParameters"]
            if item.get("param_type") in ("input", "output") and "dataset" in item
            for dataset in item["dataset"].split(",")
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
