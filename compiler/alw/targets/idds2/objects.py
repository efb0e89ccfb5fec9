"""The objects of iDDS 2.6.21 as JSON: workflows, works, collections.

The JSON states, for each object, its class and the attributes that its constructor does
not already give.  What iDDS keeps in an object's metadata is stated through the property
that reads it (``internal_id``, ``conditions``, ``global_parameters``, ``coll_type``), because
stating ``_metadata`` would replace all of it (idds/common/dict_class.py, ``from_dict``).
No date is stated: an old one would expire the request (docs/engine.md).
"""

from __future__ import annotations

from typing import Any

from ...plan.model import TaskPlan
from ..ids import Ids

Json = dict[str, Any]

WORKFLOW = "idds.workflowv2.workflow"
_WORK = "idds.workflowv2.work"
_CONSTANTS = "idds.common.constants"
_PROCESSING = ("ATLASPandaWork", "idds.atlas.workflowv2.atlaspandawork")
_LEARNING = ("ATLASLocalPandaWork", "idds.atlas.workflowv2.atlaslocalpandawork")


def make_object(class_name: str, module: str, **attributes: Any) -> Json:
    """Return an object with the attributes that its constructor does not give."""
    return {"class": class_name, "module": module, "attributes": attributes}


def _enum(class_name: str, module: str, name: str, value: int) -> Json:
    return make_object(class_name, module, _name_=name, _sort_order_=value, _value_=value)


def make_workflow(template: Json) -> Json:
    """Return a workflow, whose state lives on its template."""
    return make_object(
        "Workflow",
        WORKFLOW,
        loop_condition_position="end",
        template=make_object("WorkflowBase", WORKFLOW, **template),
    )


AND = _enum("ConditionOperator", WORKFLOW, "And", 0)
_PSEUDO = _enum("CollectionType", _CONSTANTS, "PseudoDataset", 3)


def make_work(task: TaskPlan, ids: Ids) -> Json:
    """Return a work as ``parse_task_parameters`` would leave it (atlaspandawork.py:142)."""
    task_map = task.task_map
    identity = ids.of("task", task.name)
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
        found[kind] = _collection(ids, collections, task, f"{kind} {number}", dataset)
    logs = []
    if "log" in task_map:
        logs = [_collection(ids, collections, task, "log", task_map["log"]["dataset"])]
    for kind in ("output", "input"):
        if kind not in found:
            pseudo = f"{_scope(task.dataset)[0]}:pseudo_{kind}.{task.name}"
            found[kind] = _collection(ids, collections, task, kind, pseudo, _PSEUDO)
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
        return make_object(*_PROCESSING, **attributes)
    attributes["and_custom_conditions"] = {"to_continue": True}
    attributes["output_files"] = [
        {"scope": scope, "name": name, "file": item["value"]}
        for item in task_map["jobParameters"]
        if item.get("param_type") == "output"
        for scope, name in (_scope(item["dataset"]),)
    ]
    return make_object(*_LEARNING, **attributes)


def _collection(
    ids: Ids, collections: Json, task: TaskPlan, role: str, dataset: str, kind: Json | None = None
) -> str:
    identity = ids.of("collection", task.name, role)
    scope, name = _scope(dataset)
    attributes: Json = {"internal_id": identity, "scope": scope, "name": name}
    if kind is not None:
        attributes["coll_type"] = kind
    collections[identity] = make_object("Collection", _WORK, **attributes)
    return identity


def _scope(dataset: str) -> tuple[str, str]:
    """Return scope and name of a dataset (idds/common/utils.py, ``extract_scope_atlas``)."""
    dataset = dataset.removesuffix("/")
    if ":" in dataset:
        scope, _, name = dataset.partition(":")
        return scope, name
    words = dataset.split(".")
    is_private = dataset.startswith(("user", "group"))
    return ".".join(words[:2]) if is_private else words[0], dataset
