"""In memory, a task that ends after a learner restores the old values."""

from clerk import learner, task
from finding import conclude
from idds.common.constants import WorkStatus
from idds.workflowv2.workflow import AndCondition, Workflow

first, learn, late = task("first"), learner("learn"), task("late")
flow = Workflow(name="flow")
for work in (first, learn, late):
    flow.add_work(work)
after = AndCondition(conditions=[first.is_processed], true_works=[learn, late])
flow.add_condition(after)
flow.set_global_parameters({"user_m": 0.5})

for work_id, data in ((first, None), (learn, {"m": 0.9}), (late, None)):
    for work in flow.get_new_works():
        work.transforming = work.submitted = work.started = True
        work.status = WorkStatus.Transforming
    work = flow.runs["1"].works[work_id.internal_id]
    work.status = WorkStatus.Finished
    if data:
        work.set_output_data(data)
    flow.sync_works()
    print(f"after {work.task_parameters['taskName']}:", flow.runs["1"].global_parameters)
conclude(flow.runs["1"].global_parameters["user_m"], documented=0.5, expected=0.9)
