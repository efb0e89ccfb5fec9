"""Workflows of iDDS 0.2.1 with no more in them than the release needs to load and to run them.

``json_loads`` makes each object by its constructor without arguments and sets the attributes that
the JSON names (idds/common/dict_class.py:68-96), hence what the constructor gives may be left out.
What stands here cannot: each item was taken out in turn and the run failed or came out different.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.oracles.idds02.model import Json

_WORKFLOW = "idds.workflow.workflow"


def _object(name: str, module: str, **attributes: object) -> Json:
    return {"class": name, "module": module, "attributes": attributes}


def workflow(
    works: Mapping[str, Json], conditions: Mapping[str, Sequence[Json]], initial: Sequence[str]
) -> Json:
    """``works`` by the ids that ``conditions`` and ``initial`` use."""
    return _object(
        "Workflow",
        _WORKFLOW,
        works_template={
            key: {**work, "attributes": {**work["attributes"], "template_work_id": key}}
            for key, work in works.items()
        },
        work_conds={key: list(entries) for key, entries in conditions.items()},
        initial_works=list(initial),
    )


def condition(method: str, then: str | None, otherwise: str | None = None) -> Json:
    """``method`` is looked up on the work that has ended (workflow.py:262-276)."""
    return _object(
        "Condition",
        _WORKFLOW,
        cond={"idds_method": method, "idds_method_class_id": ""},
        true_work=then,
        false_work=otherwise,
    )


def collection(key: str, name: str, *, force_close: bool = False) -> Json:
    scope = ".".join(name.split(".")[:2])
    metadata: Json = {"internal_id": key}
    if force_close:
        metadata["force_close"] = True
    return {"scope": scope, "name": name, "coll_metadata": metadata}


def task(task_map: Json, renamed: str, dataset: str, **attributes: object) -> Json:
    """A PanDA task.

    :param renamed: what is replaced by itself and the sequence number, see the package.
    :param dataset: some dataset: the client and the transformer ask for a primary input.
    """
    return _object(
        "ATLASPandaWork",
        "idds.atlas.workflow.atlaspandawork",
        panda_task_paramsmap=task_map,
        output_dataset_name=renamed,
        collections={"in": collection("in", dataset)},
        primary_input_collection="in",
        **attributes,
    )


def learner(arguments: str, parameters: Json, dataset: str, **attributes: object) -> Json:
    """An actuator that downloads ``dataset`` and runs ``python`` with ``arguments``."""
    return _object(
        "ATLASActuatorWork",
        "idds.atlas.workflow.atlasactuatorwork",
        executable="python",
        arguments=arguments,
        parameters=parameters,
        sandbox="https://panda.invalid/cache/sources.tar.gz",
        output_json="merge.json",
        collections={
            "in": collection("in", dataset, force_close=True),
            "out": collection("out", dataset + ".learned"),
        },
        primary_input_collection="in",
        output_collections=["out"],
        **attributes,
    )


def simple_map(dataset: str, command: str, job_command: str = "true") -> Json:
    """A task parameter map with every key that the class touches."""
    return {
        "cliParams": f'prun --exec "{command}" --outDS {dataset} --outputs output.json',
        "taskName": f"{dataset}/",
        "log": {
            "container": f"{dataset}.log/",
            "dataset": f"{dataset}.log/",
            "value": f"{dataset}.log.$JEDITASKID.${{SN}}.log.tgz",
        },
        "jobParameters": [
            {"type": "constant", "value": '-p "', "padding": False},
            {"type": "constant", "value": job_command, "padding": False},
            {"type": "constant", "value": '"'},
            {
                "type": "template",
                "param_type": "output",
                "container": f"{dataset}_output.json/",
                "dataset": f"{dataset}_output.json/",
                "value": "user.wguan.$JEDITASKID._${SN/P}.output.json",
            },
        ],
    }
