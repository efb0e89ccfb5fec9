"""The command line of each job from JEDI's own job generator.  Runs in JEDI's environment.

``JobGeneratorThread.makeJobParameters`` is the server's.  Around it are methods full of SQL, of
which these are retold: the names of the outputs with their serial numbers
(``getOutputFiles_JEDI``, PM:6156-6205), the random seeds (``getRandomSeed_JEDI``,
task_standalone_module.py:2252-2300), and what is put in when a job is stored
(job_complex_module.py:3143-3147, 3178-3184, 3506-3512).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from tests.oracles.jedi.refining import RefusedTask

TASK_ID = 4711
LIBRARY = "panda.lib._004711.lib.tgz"


def commands_of(
    refiner: Any, parameters: Mapping[str, Any], jobs: Sequence[Any]
) -> tuple[dict[str, Any], ...]:
    return tuple(_commands(refiner, parameters, jobs))


def _commands(
    refiner: Any, parameters: Mapping[str, Any], jobs: Sequence[Any]
) -> Iterator[dict[str, Any]]:
    module = import_module("pandajedi.jediorder.JobGenerator")
    maker = module.JobGeneratorThread.__new__(module.JobGeneratorThread)
    maker.time_profile_level = -1
    task = refiner.taskSpec
    task.jobParamsTemplate = refiner.jobParamsTemplate
    for number, job in enumerate(jobs):
        outputs, serial, named = {}, None, {}
        for dataset in refiner.outDatasetSpecList:
            for template in refiner.outputTemplateMap[dataset.outputMapKey()]:
                ours = template["serialNr"] + number
                serial = ours if serial is None else max(serial, ours)
                name = template["filenameTemplate"]
                name = name.replace("${SN}", "{SN:06d}").replace("${SN/P}", "{SN:06d}")
                name = name.replace("${SN", "{SN").replace("${MIDDLENAME}", "")
                name = name.format(SN=ours)
                outputs[template["streamName"]] = SimpleNamespace(lfn=name)
                if "log" not in dataset.type:
                    named[dataset.datasetName.rstrip("/")] = _stored(name)
        filled = [("MIDDLENAME", "")]
        if "buildSpec" in parameters:
            filled.append(("LIB", LIBRARY))
        seed = SimpleNamespace(
            firstEvent=1 + number, convertToJobFileSpec=lambda *arguments, **named: None
        )
        try:
            line, _ = maker.makeJobParameters(
                task, job, outputs, serial, filled,
                SimpleNamespace(attemptNr=1, transformation="", addFile=lambda file: None),
                True, parameters, False, [], False, [seed], None, None,
            )  # fmt: skip
        except module.UnresolvedParam as error:
            raise RefusedTask(str(error)) from error
        yield {
            "streams": {
                dataset.streamName: sorted({record.lfn for record in records})
                for dataset, records in job
                if not dataset.isPseudo()
            },
            "parameters": _stored(line),
            "outputs": named,
        }


def _stored(text: str) -> str:
    return re.sub(r"\$JEDITASKID", str(TASK_ID), text)
