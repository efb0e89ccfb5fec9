"""The workflow JSON of iDDS 0.2.1: templates of works, and conditions between them."""

from __future__ import annotations

from typing import Any

from ...plan.model import ActuatorPlan, TaskPlan, WorkflowPlan
from ..ids import Ids
from .format_marks import format_marks_in

Json = dict[str, Any]

_WORKFLOW = "idds.workflow.workflow"


class TemplateLowering:
    """Lowers one plan to templates of works, and conditions between them."""

    def __init__(self, plan: WorkflowPlan, ids: Ids) -> None:
        self._plan = plan
        self._ids = ids
        self._tasks = {task.name: task for task in plan.tasks}

    def workflow(self) -> Json:
        """Return the workflow, as ``idds.common.utils.json_loads`` of that release reads it."""
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
            panda_task_paramsmap=format_marks_in(task.task_map, bool(values)),
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
    """Return a task's files, where ``initialize_work`` finds them (atlaspandawork.py:95)."""
    archive = task.task_map.get("buildSpec", {}).get("archiveName")
    return f"{task.task_map['sourceURL']}/cache/{archive}" if archive else None
