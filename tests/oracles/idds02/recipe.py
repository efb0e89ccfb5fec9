"""The seed's script on the real classes of iDDS 0.2.1 (``../shared/seeds``, "Define workflow")."""

from __future__ import annotations

import copy
import json
from typing import Any

from idds.atlas.workflow.atlasactuatorwork import ATLASActuatorWork
from idds.atlas.workflow.atlaspandawork import ATLASPandaWork
from idds.common.utils import json_dumps
from idds.workflow.workflow import Condition, Workflow

from tests.oracles.idds02.model import Json, Parsed, Recipe, Refused


def serialise(recipe: Recipe) -> Json:
    """What the script's workflow is as JSON."""
    document: Json = json.loads(json_dumps(_workflow(recipe)))
    return document


def _workflow(recipe: Recipe) -> Any:
    task_map = copy.deepcopy(recipe.task_map)
    panda_work = ATLASPandaWork(panda_task_paramsmap=task_map, parameters=recipe.first)
    if recipe.initialize:
        panda_work.initialize_work()
    found = panda_work.get_output_collections()[0]
    input_coll = {
        "scope": found["scope"],
        "name": found["name"],
        "coll_metadata": {"force_close": True},
    }
    output_coll = {"scope": found["scope"], "name": f"{found['name']}.{recipe.stamp}"}
    actuator = ATLASActuatorWork(
        executable=recipe.executable,
        arguments=recipe.arguments,
        parameters={
            "output_json": recipe.output_json,
            "events": recipe.events,
            "dataset": "{scope}:{name}".format(**input_coll),
            "filename": "output*.json",
        },
        sandbox=panda_work.sandbox,
        primary_input_collection=input_coll,
        output_collections=output_coll,
        output_json=recipe.output_json,
    )
    workflow = Workflow()
    workflow.add_work(panda_work)
    workflow.add_work(actuator)
    workflow.add_condition(
        Condition(
            panda_work.is_finished, current_work=panda_work, true_work=actuator, false_work=None
        )
    )
    workflow.add_condition(
        Condition(
            actuator.generate_new_task,
            current_work=actuator,
            true_work=panda_work,
            false_work=None,
        )
    )
    workflow.add_initial_works(panda_work)
    return workflow


def parse(task_map: Json, initialize: bool) -> Parsed | Refused:
    """What the class's constructor, and ``initialize_work`` if asked, make of a map."""
    try:
        work = ATLASPandaWork(panda_task_paramsmap=copy.deepcopy(task_map))
        if initialize:
            work.initialize_work()
    except Exception as error:
        return Refused(repr(error))
    has_input = work.primary_input_collection is not None
    return Parsed(
        inputs=_names(work.get_input_collections() if has_input else []),
        outputs=_names(work.get_output_collections()),
        logs=_names(work.get_log_collections()),
        sandbox=work.sandbox,
        output_dataset_name=work.output_dataset_name,
        task_map=work.panda_task_paramsmap,
    )


def _names(collections: list[dict[str, Any]]) -> list[str]:
    return [f"{collection['scope']}:{collection['name']}" for collection in collections]
