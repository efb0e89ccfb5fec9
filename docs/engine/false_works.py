"""The false_works of a condition are released before anything is known."""

from clerk import Clerk, task
from finding import conclude
from idds.workflowv2.workflow import AndCondition, Workflow

a, good, bad = task("a"), task("good"), task("bad")
flow = Workflow(name="flow")
for work in (a, good, bad):
    flow.add_work(work)
condition = AndCondition(conditions=[a.is_finished], true_works=[good], false_works=[bad])
flow.add_condition(condition)

clerk = Clerk(flow)
clerk.run()
conclude(sorted(clerk.tasks), documented=["a", "bad", "good"], expected=["a", "good"])
