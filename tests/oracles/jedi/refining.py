"""Drive JEDI's refiner as its ``TaskRefiner`` agent does.  Runs in JEDI's environment.

The order is that of the server: ``insertTaskParamsPanda`` fills in who the user is
(pandaserver/taskbuffer/db_proxy_mods/task_event_module.py:3440-3460) and stores the map as JSON,
then ``TaskRefinerThread.runImpl`` (pandajedi/jediorder/TaskRefiner.py:127-335) picks the refiner
by virtual organisation and label, extracts the common parameters, checks lengths and refines.
Whatever raises there, or does not end in ``SC_SUCCEEDED``, sets the task to *tobroken*
(TaskRefiner.py:552-564): here it becomes a refusal.
"""

import json
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from tests.oracles.jedi.model import Refined, Refused, SplitRule
from tests.oracles.jedi.stand_ins import Catalogue, DataManagement, Log, TaskBuffer, WorkQueueMapper

USER = "A User"
TASK_ID = 1


class RefusedTask(Exception):
    """The server would not carry this task further; the message says why."""


class Refinery:
    """The refiners the server would have, made once for any number of maps."""

    def __init__(self) -> None:
        factory = import_module("pandajedi.jedicore.FactoryBase")
        configuration = import_module("pandajedi.jediconfig.jedi_config")
        self._interaction = import_module("pandajedi.jedicore.Interaction")
        self._utilities = import_module("pandajedi.jedirefine.RefinerUtils")
        self._rules = import_module("pandaserver.taskbuffer.task_split_rules")
        self._factory = factory.FactoryBase(
            [None], [None], Log(), configuration.taskrefine.modConfig
        )
        self._factory.initializeMods(TaskBuffer(), DataManagement(Catalogue()))

    def refine(self, task_map: Mapping[str, Any]) -> Refined | Refused:
        try:
            refiner, parameters = self.run(task_map)
        except RefusedTask as refusal:
            name = task_map.get("taskName")
            return Refused(name if isinstance(name, str) else None, str(refusal))
        return self._describe(refiner, parameters)

    def run(
        self, task_map: Mapping[str, Any], catalogue: Catalogue | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Return the refiner that took the task, and the map as the server completed it."""
        parameters = self._submitted(task_map)
        try:
            vo, label = parameters["vo"], parameters["prodSourceLabel"]
            kind = parameters["taskType"]
        except KeyError as error:
            raise RefusedTask(f"failed to get task refiner with KeyError:{error}") from error
        refiner = self._factory.instantiateImpl(
            vo, label, kind, TaskBuffer(), DataManagement(catalogue or Catalogue())
        )
        if refiner is None:
            raise RefusedTask(f"task refiner is undefined for vo={vo} sourceLabel={label}")
        log = Log()
        try:
            refiner.initializeRefiner(log)
            refiner.oldTaskStatus = "registered"
            refiner.extractCommon(TASK_ID, parameters, WorkQueueMapper(), None)
        except Exception as error:
            raise RefusedTask(
                f"failed to extract common parameters with {type(error).__name__}:{error}"
            ) from error
        if not refiner.taskSpec.checkAttrLength():
            raise RefusedTask(str(refiner.taskSpec.errorDialog))
        try:
            status = refiner.doRefine(TASK_ID, parameters)
        except Exception as error:
            raise RefusedTask(
                f"failed to refine task with {type(error).__name__}:{error}"
            ) from error
        if status != self._interaction.SC_SUCCEEDED:
            raise RefusedTask(str(refiner.taskSpec.errorDialog or "".join(log.errors[-1:])))
        return refiner, parameters

    def _submitted(self, task_map: Mapping[str, Any]) -> dict[str, Any]:
        for key in ("taskName", "prodSourceLabel", "vo"):
            # Subscripted without a default while inserting (task_event_module.py:3462, 3519, 3750).
            if key not in task_map:
                raise RefusedTask(f"KeyError: {key!r} when inserting the task")
        filled = {**task_map, "userName": USER, "taskType": "anal", "taskPriority": 1000}
        parameters: dict[str, Any] = self._utilities.decodeJSON(json.dumps(filled))
        return parameters

    def _describe(self, refiner: Any, parameters: Mapping[str, Any]) -> Refined:
        task = refiner.taskSpec
        masters = tuple(d.datasetName for d in refiner.inMasterDatasetSpec if _is_real(d))
        secondaries = tuple(d.datasetName for d in refiner.inSecDatasetSpecList if _is_real(d))
        outputs = [d for d in refiner.outDatasetSpecList if d.type.endswith("output")]
        logs = [d for d in refiner.outDatasetSpecList if d.type.endswith("log")]
        templates = refiner.outputTemplateMap
        log_templates = [
            template["filenameTemplate"] for d in logs for template in templates[d.outputMapKey()]
        ]
        return Refined(
            task_name=task.taskName,
            processing_type=task.processingType,
            master_datasets=masters,
            input_datasets=masters + secondaries,
            output_datasets=tuple(d.datasetName for d in outputs),
            log_dataset=logs[0].datasetName if logs else None,
            output_templates=tuple(
                template["filenameTemplate"]
                for d in outputs
                for template in templates[d.outputMapKey()]
            ),
            log_template=log_templates[0] if log_templates else None,
            job_parameters=refiner.jobParamsTemplate,
            transformation=task.transPath,
            container_image=task.container_name,
            split=SplitRule(
                files_per_job=task.getNumFilesPerJob(),
                max_files_per_job=task.getMaxNumFilesPerJob(),
                gigabytes_per_job=_gigabytes(task.getMaxSizePerJob()),
                events_per_job=task.getNumEventsPerJob(),
                max_walltime_hours=_hours(task.getMaxWalltime()),
                max_files=parameters.get("nFiles"),
                total_events=parameters.get("nEvents"),
                uses_scouts=bool(task.useScout()),
                respects_split_rule=bool(task.respectSplitRule()),
                on_site_merging=bool(task.on_site_merging()),
                raw=self._rules.decode_split_rule(task.splitRule),
            ),
        )


def _is_real(dataset: Any) -> bool:
    return not dataset.isPseudo() and dataset.type != "random_seed"


def _gigabytes(size: int | None) -> int | None:
    return None if size is None else size >> 30


def _hours(seconds: int | None) -> int | None:
    return None if seconds is None else seconds // 3600
