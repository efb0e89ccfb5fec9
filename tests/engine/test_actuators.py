"""Why a learner of iDDS 2.6.21 is no ``ATLASActuatorWork``, whatever the JSON states.

With a ``task_name`` in the JSON the loop steps in the library, but the server's agents, of which
the calls are repeated here, expect methods that the class does not have.  Through the whole
server the processing fails in the submitter before anything reaches condor: after three attempts
the learner is Failed, the loop over, and the request SubFinished with its first task.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

import alw
from tests.oracles.clerk import dump, load

Json = dict[str, Any]

MARK = "___idds___user_m1___"


@pytest.fixture
def document(sample: alw.CompiledWorkflow) -> Json:
    """The sample, its learner an actuator with all that JSON can do for it."""
    made: Json = copy.deepcopy(dict(sample.workflow))
    works = made["attributes"]["template"]["attributes"]["_works"]
    (name,) = (key for key, work in works.items() if work["class"] == "ATLASLocalPandaWork")
    read = "user.wguan.altest1234.simulate.1_output.json"
    names = {"aaaaaaaa": read, "bbbbbbbb": f"{read}.merge"}
    works[name] = _object(
        "ATLASActuatorWork",
        "idds.atlas.workflowv2.atlasactuatorwork",
        internal_id=name,
        template_work_id=name,
        task_name="merge",
        executable="python",
        arguments=f"merge.py {{output_json}} {MARK}",
        parameters={"output_json": "merge.json", "m1": MARK},
        output_json="merge.json",
        and_custom_conditions={"to_continue": True},
        _collections={key: _closed(key, dataset) for key, dataset in names.items()},
        _primary_input_collection="aaaaaaaa",
        _primary_output_collection="bbbbbbbb",
    )
    return made


def _object(class_name: str, module: str, **attributes: Any) -> Json:
    return {"class": class_name, "module": module, "attributes": attributes}


def _closed(key: str, name: str) -> Json:
    """A collection that is closed: of others an actuator asks Rucio."""
    status = _object("CollectionStatus", "idds.common.constants", _value_=4)
    facts = {"bytes": 0, "total_files": 1}
    return _object(
        "Collection",
        "idds.workflowv2.work",
        internal_id=key,
        scope="user.wguan",
        name=name,
        coll_metadata=facts,
        status=status,
    )


def actuator_of(workflow: Any) -> Any:
    (work,) = (w for w in workflow.get_all_works() if type(w).__name__ == "ATLASActuatorWork")
    return work


def test_without_a_task_name_the_workflow_does_not_start(document: Json) -> None:
    for work in document["attributes"]["template"]["attributes"]["_works"].values():
        if work["class"] == "ATLASActuatorWork":
            del work["attributes"]["task_name"]
    with pytest.raises(
        AttributeError, match="'ATLASActuatorWork' object has no attribute 'task_name'"
    ):
        load(document).get_new_works()


def test_the_loop_steps_and_gives_the_actuator_no_values(document: Json) -> None:
    from idds.common.constants import WorkStatus

    workflow = load(document)
    for run in (1, 2, 3):
        for learns in (False, True):
            (work,) = workflow.get_new_works()
            assert (type(work).__name__ == "ATLASActuatorWork") is learns
            if learns:
                assert work.user_m1 == (run - 1 or 0.5)
                assert work.parse_arguments() == f"merge.py merge.json {MARK}"
                work.set_output_data({"m1": run, "to_continue": run < 3})
            work.transforming = work.submitted = work.started = True
            work.status = WorkStatus.Finished
            workflow = load(dump(workflow))
    assert workflow.get_new_works() == []
    assert workflow.is_terminated()


def test_the_agents_cannot_run_an_actuator(document: Json) -> None:
    from idds.common.exceptions import IDDSException

    actuator = actuator_of(load(document))
    assert [coll.internal_id for coll in actuator.get_input_collections()] == ["aaaaaaaa"]
    # The submitter (idds/agents/carrier/utils.py:676) ends here: a collection is an object.
    with pytest.raises(IDDSException, match="'Collection' object is not subscriptable"):
        actuator.get_new_input_output_maps({})
    # It would go on with "status, workload_id, errors = work.submit_processing(processing)"
    # (:769): a TypeError, whether condor took the job or not.
    processing = {"processing_id": 1, "processing_metadata": {"job_id": "77"}}
    assert actuator.submit_processing(processing) is None
    # The poller (:1759), which repeats this without end unless a limit is configured.
    with pytest.raises(TypeError, match="unexpected keyword argument 'log_prefix'"):
        actuator.poll_processing_updates(processing, {}, log_prefix="")
    # The finisher's look at the collections (:2858).
    with pytest.raises(TypeError, match="unexpected keyword argument 'poll_externel'"):
        actuator.get_input_collections(poll_externel=True)
