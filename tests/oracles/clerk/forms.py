"""Workflows written by hand, for what iDDS does with a *form*: few attributes, ids from names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
ITERATION = "___idds___num_run___"
_WORKFLOW = "idds.workflowv2.workflow"


@dataclass(frozen=True, slots=True)
class Form:
    """A workflow, or one inside another.

    A release is written ``"learn.is_processed learn.get_output_data -> late"``: all of these
    methods release the works behind the arrow; with ``|`` between them each of them does.
    """

    works: Mapping[str, str | Form]
    """``""`` is a task, ``"key"`` a learner that decides by ``key``."""
    releases: Sequence[str] = ()
    loop: str = ""
    """The learner that repeats."""
    params: Mapping[str, object] = field(default_factory=dict)
    iterates: bool = True
    """Whether names differ with the iteration."""
    submitted: bool = True
    more: Mapping[str, Json] = field(default_factory=dict)
    """More attributes of conditions, by the position of their release (``"0"``)."""


def identity(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:8]


def made(form: Form, name: str = "form") -> Json:
    """Return the JSON of ``form``."""
    conditions: Json = {}
    by_work: dict[str, list[str]] = {}
    released: set[str] = set()
    for number, text in enumerate(form.releases):
        condition = _release(text, f"{name} {number}")
        condition["attributes"] |= form.more.get(str(number), {})
        key = condition["attributes"]["internal_id"]
        conditions[key] = condition
        methods, _, targets = text.partition("->")
        for work in dict.fromkeys(m.split(".")[0] for m in methods.split() if m != "|"):
            by_work.setdefault(identity(work), []).append(key)
        released |= set(targets.split())
    template: Json = {
        "_name": name,
        "internal_id": identity(name),
        "template_work_id": identity(name),
        "_works": {
            identity(key): made(work, key) if isinstance(work, Form) else _work(key, work, form)
            for key, work in form.works.items()
        },
        "conditions": conditions,
        "_work_conds": by_work,
        "independent_works": [identity(key) for key in form.works if key not in released],
        "loop_condition_position": "end",
    }
    if form.params:
        template["global_parameters"] = {f"user_{k}": value for k, value in form.params.items()}
    if form.loop:
        asked = [f"{form.loop}.get_custom_condition_status"]
        template["_loop_condition"] = condition_of("And", asked, (), f"{name} loop")
    inner = _object("WorkflowBase", _WORKFLOW, **template)
    if name != "form":  # as a work of another workflow it goes by the template's id
        assert inner["attributes"]["internal_id"] == identity(name)
    return _object("Workflow", _WORKFLOW, loop_condition_position="end", template=inner)


def _release(text: str, name: str) -> Json:
    methods, _, targets = text.partition("->")
    kind = "Or" if "|" in methods else "And"
    return condition_of(kind, methods.replace("|", " ").split(), targets.split(), name)


def condition_of(kind: str, methods: Iterable[str], targets: Iterable[str], name: str) -> Json:
    """Return a condition; a method is written ``work.method``."""
    number = int(kind == "Or")  # iDDS sets what it loads on its one member
    operator = {"_name_": kind, "_sort_order_": number, "_value_": number}
    return _object(
        f"{kind}Condition",
        _WORKFLOW,
        internal_id=identity(f"condition {name}"),
        template_id=identity(f"condition {name}"),
        operator=_object("ConditionOperator", _WORKFLOW, **operator),
        _conditions=[
            {"idds_method": method, "idds_method_internal_id": identity(work)}
            for work, _, method in (text.partition(".") for text in methods)
        ],
        _true_works=[identity(target) for target in targets],
        _false_works=[],
    )


def _work(name: str, decides: str, form: Form) -> Json:
    task = f"user.t.{name}" + (f".{ITERATION}" if form.iterates else "")
    values = " ".join(f"___idds___user_{key}___" for key in form.params)
    collections = {
        identity(f"{name} {kind}"): _object(
            "Collection",
            "idds.workflowv2.work",
            internal_id=identity(f"{name} {kind}"),
            scope="user.t",
            name=f"{task}.{kind}",
        )
        for kind in ("in", "out")
    }
    attributes: Json = {
        "internal_id": identity(name),
        "template_work_id": identity(name),
        "task_name": task,
        "work_name": task,
        "_collections": collections,
        "_primary_input_collection": identity(f"{name} in"),
        "_primary_output_collection": identity(f"{name} out"),
        "task_parameters": {"taskName": task, "cliParams": f"{name} {values}".strip()},
    }
    if form.submitted:
        attributes["submitted"] = True
    if decides:
        attributes["and_custom_conditions"] = {decides: True}
        return _object(
            "ATLASLocalPandaWork", "idds.atlas.workflowv2.atlaslocalpandawork", **attributes
        )
    return _object("ATLASPandaWork", "idds.atlas.workflowv2.atlaspandawork", **attributes)


def _object(class_name: str, module: str, **attributes: Any) -> Json:
    return {"class": class_name, "module": module, "attributes": attributes}
