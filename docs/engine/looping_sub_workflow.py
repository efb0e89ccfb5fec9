"""A loop inside another workflow runs only once."""

from clerk import Clerk, learner, task
from finding import conclude
from idds.workflowv2.workflow import AndCondition, Condition, Workflow

prepare, simulate, learn = task("prepare"), task("simulate"), learner("learn", to_continue=True)
loop = Workflow(name="loop")
loop.add_work(simulate)
loop.add_work(learn)
loop.add_condition(AndCondition(conditions=[simulate.is_processed], true_works=[learn]))
loop.add_loop_condition(Condition(cond=learn.get_custom_condition_status))
flow = Workflow(name="flow")
flow.add_work(prepare)
flow.add_work(loop)
flow.add_condition(AndCondition(conditions=[prepare.is_processed], true_works=[loop]))
for work in (prepare, simulate, learn):
    work.submitted = True

clerk = Clerk(flow)
status = clerk.run([{"to_continue": True}, {"to_continue": True}, {"to_continue": False}])
seen = status, clerk.tasks.count("simulate")
conclude(seen, documented=("Finished", 1), expected=("Finished", 3))
