"""A workflow with an ATLASActuatorWork, the documented learning task, cannot start."""

from clerk import task
from finding import conclude
from idds.atlas.workflowv2.atlasactuatorwork import ATLASActuatorWork
from idds.workflowv2.workflow import AndCondition, Workflow

simulate = task("simulate")
collection = {"scope": "user.me", "name": "user.me.simulate.out"}
learn = ATLASActuatorWork(
    executable="python",
    arguments="merge.py",
    primary_input_collection=collection,
    output_collections={"scope": "user.me", "name": "user.me.learn"},
    output_json="merge.json",
)
flow = Workflow(name="flow")
flow.add_work(simulate)
flow.add_work(learn)
flow.add_condition(AndCondition(conditions=[simulate.is_finished], true_works=[learn]))
try:
    seen = [work.task_parameters["taskName"] for work in flow.get_new_works()]
except AttributeError as error:
    seen = str(error)
documented = "'ATLASActuatorWork' object has no attribute 'task_name'"
conclude(seen, documented=documented, expected=["user.me.simulate"])
