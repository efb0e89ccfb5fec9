"""The target ``idds-0.2``: iDDS 0.2.1, for which the seed was written.

A loop is a pair of conditions, each of which starts the other work.  The PanDA task's command is
``cliParams``, in which ``str.format`` puts the values; the learner is an actuator, whose result
becomes the values of the next task as a whole.  What that release does otherwise than the
language says is a warning, what it cannot do an error.  Measured with its agents
(``tests/engine/test_idds02*.py``); the lines are of idds-workflow and idds-atlas 0.2.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from ...check.capabilities import Capabilities
from ...check.context import CheckContext
from ...diagnostics.diagnostic import Failed
from ...plan.model import ActuatorPlan, TaskPlan, WorkflowPlan
from ...prun.command import Part
from ...prun.plan_context import PlanContext
from ...semantics.program import Task
from ...text.source import Span
from ..bundle import Bundle, bundle_one
from ..idds.epilogue import CHECKED
from ..idds.forms import check_form
from ..idds.learner_command import learner_command
from ..idds.reserved_names import check_names
from ..ids import Ids
from .actuator import actuator
from .limits import check

Json = dict[str, Any]

_WORKFLOW = "idds.workflow.workflow"
#: What stands for a value until the JSON is written; URL-quoting leaves it as it is.
_MARK = re.compile(r"___alw_([A-Za-z0-9_]+?)___")


class IddsZeroTwoPlaceholders:
    """``{NAME}`` in ``cliParams`` (idds/atlas/workflow/atlaspandawork.py:161-178)."""

    reserved = re.compile(r"___alw_")
    looked_for_again = ""

    def param(self, name: str) -> str:
        """A value that the learner gives."""
        return f"___alw_{name}___"

    def iteration(self) -> str:
        """Stands nowhere: there is no number of the iteration."""
        return "___alw_iteration___"

    def unfilled(self, task_map: Mapping[str, Any]) -> list[str]:
        """Where a value is wanted outside of the command."""
        return [
            key
            for key, value in task_map.items()
            if key not in ("cliParams", "jobParameters") and _MARK.search(repr(value))
        ]

    def mistaken(self, task_map: Mapping[str, Any], dataset: str) -> list[str]:
        """The dataset's own name, which gets a number wherever it stands in the command line, or
        in the name of a dataset (idds/atlas/workflow/atlaspandawork.py:133-157).
        """
        named = task_map.get("cliParams", "").count(dataset) > 1
        read = any(
            dataset in item.get("dataset", "")
            for item in task_map["jobParameters"]
            if item.get("param_type") == "input"
        )
        return [dataset] if named or read else []


class IddsZeroTwo:
    """One ``Workflow`` of templates and conditions."""

    capabilities = Capabilities(
        title="iDDS",
        placeholders=IddsZeroTwoPlaceholders(),
        numbers_iterations=False,
        needs_scope=True,
        removes_old_result=True,
        learner_files=(CHECKED,),
    )

    def check(self, context: CheckContext) -> None:
        """Report what the release cannot do, or does otherwise."""
        check_names(context)
        check_form(context)
        check(context)

    def learner_command(
        self, context: PlanContext, task: Task, parts: tuple[Part, ...], span: Span
    ) -> tuple[Part, ...] | Failed:
        """Return the command with the check of the result after it."""
        return learner_command(context, task, parts, span)

    def actuator(self, context: PlanContext, task: Task) -> ActuatorPlan | Failed:
        """Return the actuator that a learner becomes."""
        return actuator(context, task)

    def lower(self, plan: WorkflowPlan) -> Bundle:
        """Return one request: iDDS Workflow JSON, as that release's ``json_loads`` reads it."""
        first = plan.tasks[0].dataset if plan.tasks else ""
        return bundle_one(plan, _Lowering(plan, Ids("idds-0.2", plan.name, first)).workflow())


class _Lowering:
    def __init__(self, plan: WorkflowPlan, ids: Ids) -> None:
        self._plan = plan
        self._ids = ids
        self._tasks = {task.name: task for task in plan.tasks}

    def workflow(self) -> Json:
        plan = self._plan
        works = {self._id(task): self._work(task) for task in plan.tasks}
        conditions: Json = {}
        if plan.loop is not None:
            learner = self._tasks[plan.loop.learner]
            (task,) = (t for t in plan.tasks if not t.learns)
            conditions = {
                self._id(task): [self._condition("is_finished", task, learner)],
                self._id(learner): [self._condition("generate_new_task", learner, task)],
            }
        initial = [self._id(task) for task in plan.tasks if not task.learns]
        return _object(
            "Workflow",
            _WORKFLOW,
            name=plan.name,
            works_template=works,
            work_conds=conditions,
            initial_works=initial,
            **({"primary_initial_work": initial[0]} if initial else {}),
        )

    def _id(self, task: TaskPlan) -> str:
        return self._ids.of("task", task.name)

    def _condition(self, method: str, work: TaskPlan, then: TaskPlan) -> Json:
        return _object(
            "Condition",
            _WORKFLOW,
            cond={"idds_method": method, "idds_method_class_id": self._id(work)},
            current_work=self._id(work),
            true_work=self._id(then),
            false_work=None,
        )

    def _work(self, task: TaskPlan) -> Json:
        if task.actuator is not None:
            return self._actuator(task, task.actuator)
        loop = self._plan.loop
        values = dict(loop.params) if loop is not None and task.in_loop else {}
        outputs = [
            item["dataset"].removesuffix("/")
            for item in task.task_map["jobParameters"]
            if item.get("param_type") == "output"
        ]
        # initialize_work takes the last output for the primary input
        names = [outputs[-1] if outputs else task.dataset, *outputs]
        keys = [self._ids.of("collection", task.name, str(n)) for n in range(len(names))]
        return self._object(
            task,
            "ATLASPandaWork",
            "atlaspandawork",
            panda_task_paramsmap=_filled(task.task_map, bool(values)),
            output_dataset_name=task.dataset,
            parameters=values or None,
            sandbox=_sandbox(task),
            collections={
                key: _collection(key, name) for key, name in zip(keys, names, strict=True)
            },
            primary_input_collection=keys[0],
            output_collections=keys[1:],
        )

    def _actuator(self, task: TaskPlan, actuator: ActuatorPlan) -> Json:
        parent = self._tasks[task.parents[0]]
        # the release adds the number of the work to the name (atlaspandawork.py:133-157)
        dataset = actuator.input.replace(parent.dataset, f"{parent.dataset}_0")
        read, written = (self._ids.of("collection", task.name, n) for n in ("input", "output"))
        scope = _scope(dataset)
        closed = _collection(read, dataset)
        closed["coll_metadata"]["force_close"] = True
        return self._object(
            task,
            "ATLASActuatorWork",
            "atlasactuatorwork",
            executable=actuator.executable,
            arguments=actuator.arguments,
            parameters={**actuator.parameters, "dataset": f"{scope}:{dataset}"},
            sandbox=actuator.sandbox or _sandbox(parent),
            output_json=actuator.output_json,
            collections={
                read: closed,
                written: _collection(written, f"{dataset}.{task.name}"),
            },
            primary_input_collection=read,
            output_collections=[written],
        )

    def _object(self, task: TaskPlan, class_name: str, module: str, **attributes: Any) -> Json:
        identity = self._id(task)
        return _object(
            class_name,
            f"idds.atlas.workflow.{module}",
            internal_id=identity,
            template_work_id=identity,
            **attributes,
        )


def _object(class_name: str, module: str, **attributes: Any) -> Json:
    return {"class": class_name, "module": module, "attributes": attributes}


def _collection(key: str, name: str) -> Json:
    return {"scope": _scope(name), "name": name, "coll_metadata": {"internal_id": key}}


def _scope(dataset: str) -> str:
    words = dataset.split(".")
    return ".".join(words[:2]) if dataset.startswith(("user", "group")) else words[0]


def _sandbox(task: TaskPlan) -> str | None:
    """Where the files of a task lie, as ``initialize_work`` finds it (atlaspandawork.py:95)."""
    archive = task.task_map.get("buildSpec", {}).get("archiveName")
    return f"{task.task_map['sourceURL']}/cache/{archive}" if archive else None


def _filled(task_map: Mapping[str, Any], formatted: bool) -> Json:
    """The map with the release's placeholders; without values nothing is formatted."""
    made = dict(task_map)
    if not formatted:
        return made
    doubled = made["cliParams"].replace("{", "{{").replace("}", "}}")
    made["cliParams"] = _MARK.sub(r"{\1}", doubled)
    made["jobParameters"] = [
        {**item, "value": _MARK.sub(lambda m: quote(f"{{{m[1]}}}"), item["value"])}
        if isinstance(item.get("value"), str)
        else item
        for item in made["jobParameters"]
    ]
    return made
