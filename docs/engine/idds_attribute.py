"""A condition on an attribute of a work is frozen when the workflow is loaded."""

from clerk import task
from finding import conclude
from idds.common.utils import json_dumps, json_loads
from idds.workflowv2.workflow import AndCondition, Workflow

a, b = task("a"), task("b")
flow = Workflow(name="flow")
flow.add_work(a)
flow.add_work(b)
condition = AndCondition(conditions=[a.is_finished], true_works=[b])
flow.add_condition(condition)
condition.conditions.append(
    {"idds_attribute": "has_new_inputs", "idds_method_internal_id": a.internal_id}
)
flow = json_loads(json_dumps(flow))
flow.sync_works()
kept = flow.template.conditions[condition.internal_id].to_dict()["attributes"]["_conditions"]
print(kept)
seen = "kept" if isinstance(kept[-1], dict) else f"a constant: {kept[-1]}"
conclude(seen, documented="a constant: True", expected="kept")
